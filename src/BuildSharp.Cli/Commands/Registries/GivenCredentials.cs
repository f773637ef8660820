using BuildSharp.Oci;
using BuildSharp.Registry.Credentials;

namespace BuildSharp.Cli.Commands.Registries;

/// <summary>Completes credentials of flags by asking for the missing part, once in a command.</summary>
internal sealed class GivenCredentials
{
    private readonly Dictionary<string, RegistryLogin> _complete = new(StringComparer.Ordinal);

    /// <summary>Completes <c>USER[:PASSWORD]</c>.</summary>
    /// <exception cref="BuildSharpException">A part is missing, and there is no terminal to ask on.</exception>
    public Task<RegistryLogin> CompleteAsync(Invocation call, string text, CancellationToken cancellation) =>
        TerminalQuestion.AloneAsync(
            async () => _complete.GetValueOrDefault(text) ?? (_complete[text] = await AskAsync(call, text, cancellation).ConfigureAwait(false)), cancellation);

    private static async Task<RegistryLogin> AskAsync(Invocation call, string text, CancellationToken cancellation)
    {
        var colon = text.IndexOf(':');
        var (user, password) = colon < 0 ? (text, null) : (text[..colon], text[(colon + 1)..]);
        if ((user.Length == 0 || password is null) && !TerminalQuestion.IsPossible(call))
        {
            throw new BuildSharpException("--creds: there is no terminal to ask for what is missing on: give USER:PASSWORD, or use login");
        }

        user = user.Length > 0 ? user : await TerminalQuestion.AskAsync(call, "Username: ", isSecret: false, cancellation).ConfigureAwait(false);
        password ??= await TerminalQuestion.AskAsync(call, "Password: ", isSecret: true, cancellation).ConfigureAwait(false);
        return new RegistryLogin(user, password);
    }
}
