using BuildSharp.Oci;
using BuildSharp.Registry.Configuration;
using BuildSharp.Registry.Credentials;

namespace BuildSharp.Cli.Commands.Registries;

/// <summary>The credentials of a command: those of <c>--creds</c> for the registries that it names, else stored ones. Nothing is read or
/// asked before a registry requires some.</summary>
internal sealed class CommandCredentials(Invocation call, Lazy<RegistriesConf> configuration) : ICredentialSource
{
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);
    private ICredentialSource? _source;

    /// <summary>Permits a server to receive the credentials of <c>--creds</c>.</summary>
    /// <param name="host"><c>host[:port]</c> of a name on the command line.</param>
    public void Permit(string host) => _named.Add(host);

    /// <inheritdoc/>
    public async ValueTask<RegistryLogin?> FindAsync(string key, CancellationToken cancellationToken)
    {
        _source ??= await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await _source.FindAsync(key, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ICredentialSource> OpenAsync(CancellationToken cancellation)
    {
        var stored = RegistryConfiguration.Logins(call, configuration.Value, RegistryConfiguration.AuthFiles(call));
        if (!call.Flags.Has("creds") || call.Flags.NonEmptyText("creds") is not { } text)
        {
            return stored;
        }

        var colon = text.IndexOf(':');
        var (user, password) = colon < 0 ? (text, null) : (text[..colon], text[(colon + 1)..]);
        if ((user.Length == 0 || password is null) && !TerminalQuestion.IsPossible(call))
        {
            throw new BuildSharpException("--creds: there is no terminal to ask for what is missing on: give USER:PASSWORD, or use login");
        }

        user = user.Length > 0 ? user : await TerminalQuestion.AskAsync(call, "Username: ", isSecret: false, cancellation).ConfigureAwait(false);
        password ??= await TerminalQuestion.AskAsync(call, "Password: ", isSecret: true, cancellation).ConfigureAwait(false);
        var given = new GivenLogin(new RegistryLogin(user, password), stored);
        foreach (var host in _named)
        {
            given.Permit(host);
        }

        return given;
    }
}
