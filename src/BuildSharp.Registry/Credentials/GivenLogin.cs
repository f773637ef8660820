namespace BuildSharp.Registry.Credentials;

/// <summary>Credentials that the user gave for a command (<c>--creds</c>). They are for the named registry and its mirrors on the same
/// server; other servers get stored ones.</summary>
/// <param name="login">The credentials.</param>
/// <param name="others">Credentials for other servers; null for none.</param>
public sealed class GivenLogin(RegistryLogin login, ICredentialSource? others = null) : ICredentialSource
{
    private readonly HashSet<string> _hosts = new(StringComparer.Ordinal);

    /// <summary>Permits a server to receive the credentials.</summary>
    /// <param name="host"><c>host[:port]</c> of a name that the user wrote.</param>
    public void Permit(string host) => _hosts.Add(host);

    /// <inheritdoc/>
    public ValueTask<RegistryLogin?> FindAsync(string key, CancellationToken cancellationToken) =>
        _hosts.Contains(AuthKey.HostOf(key)) ? ValueTask.FromResult<RegistryLogin?>(login)
        : others?.FindAsync(key, cancellationToken) ?? ValueTask.FromResult<RegistryLogin?>(null);
}
