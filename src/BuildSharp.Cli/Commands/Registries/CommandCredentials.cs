using BuildSharp.Registry.Configuration;
using BuildSharp.Registry.Credentials;

namespace BuildSharp.Cli.Commands.Registries;

/// <summary>The credentials of a command: those of its flags for the registries that it names, else stored ones. Nothing is read or asked
/// before a registry requires some.</summary>
internal sealed class CommandCredentials(Invocation call, RegistryChoice choice, Lazy<RegistriesConf> configuration) : ICredentialSource
{
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);
    private ICredentialSource? _source;

    /// <summary>Permits a server to receive the credentials of the flags.</summary>
    /// <param name="host"><c>host[:port]</c> of a name on the command line.</param>
    public void Permit(string host) => _named.Add(host);

    /// <inheritdoc/>
    public async ValueTask<RegistryLogin?> FindAsync(string key, CancellationToken cancellationToken)
    {
        if (choice.IsAnonymous)
        {
            return null;
        }

        _source ??= await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await _source.FindAsync(key, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ICredentialSource> OpenAsync(CancellationToken cancellation)
    {
        var stored = RegistryConfiguration.Logins(
            call, configuration.Value, AuthFileLocations.Find(choice.AuthFile, call.Surroundings.Environment));
        var login = choice.Token is { } token ? new RegistryLogin("", "") { BearerToken = token }
            : choice.Credentials is { } text ? await call.Credentials.CompleteAsync(call, text, cancellation).ConfigureAwait(false)
            : null;
        if (login is null)
        {
            return stored;
        }

        var given = new GivenLogin(login, stored);
        foreach (var host in _named)
        {
            given.Permit(host);
        }

        return given;
    }
}
