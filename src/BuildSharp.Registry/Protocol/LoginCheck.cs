using BuildSharp.Registry.Credentials;

namespace BuildSharp.Registry.Protocol;

/// <summary>Verifies credentials with a registry.</summary>
public static class LoginCheck
{
    /// <summary>Asks the registry for access with the credentials.</summary>
    /// <param name="endpoint">The registry.</param>
    /// <param name="repository">Path of the repository that the credentials are for; null when they are for the whole registry.</param>
    /// <param name="login">The credentials.</param>
    /// <param name="options">Settings of the client; its credentials are not used.</param>
    /// <param name="cancellationToken">Stops the requests.</param>
    /// <exception cref="RegistryException">The registry refuses, with <see cref="RegistryException.Status"/> 401 for wrong credentials, or
    /// cannot be reached.</exception>
    public static async Task RunAsync(
        RegistryEndpoint endpoint, string? repository, RegistryLogin login, RegistryClientOptions options, CancellationToken cancellationToken)
    {
        var given = new GivenLogin(login);
        given.Permit(endpoint.Host);
        using var connection = new RegistryConnection(endpoint, options with { Credentials = given });
        var request = new RegistryRequest(HttpMethod.Get, new Uri("v2/", UriKind.Relative), $"logging into {endpoint.Host}")
        {
            Scopes = repository is null ? [] : [AccessScope.Pull(repository)],
        };
        using var response = await connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }
}
