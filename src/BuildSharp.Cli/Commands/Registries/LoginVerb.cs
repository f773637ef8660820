using BuildSharp.Cli.Flags;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Registry.Credentials;
using BuildSharp.Registry.Protocol;

namespace BuildSharp.Cli.Commands.Registries;

/// <summary><c>login REGISTRY</c>: verifies credentials and stores them.</summary>
internal sealed class LoginVerb : Verb
{
    public override string Synopsis => "[flags] REGISTRY";

    public override string Summary => "Store registry credentials";

    public override string Description =>
        "Verifies credentials with a registry and stores them for later commands, also of\npodman, skopeo and buildah. They can be for a whole registry, or for a repository\nor namespace of it.";

    public override IReadOnlyList<string> Examples =>
        ["login quay.io", "login --username me --password-stdin registry.example.com:5000 < password-file", "login --get-login quay.io"];

    public override VerbGroup Group => VerbGroup.Registry;

    public override bool IsConfigured => true;

    public override FlagPlacement Placement => FlagPlacement.Anywhere;

    public override ArgumentRule Arguments { get; } =
        new(1, "please specify a registry to login to", 1, "too many arguments, login takes only 1 argument");

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Text("username", "user name", 'u', value: "name"),
        Flag.Text("password", "password; --password-stdin hides it from other users", 'p', value: "password"),
        Flag.Bool("password-stdin", "read the password from standard input"),
        Flag.Bool("get-login", "print the user name of the stored credentials"),
        .. LoginFlags.Files,
        Flag.Text("cert-dir", "directory with certificates for the registry", value: "dir"),
        Flag.Bool("tls-verify", "require HTTPS and a valid certificate", on: true),
        Flag.Bool("verbose", "print where the credentials are stored", 'v'),
    ];

    public override async Task<int> RunAsync(Invocation call, CancellationToken cancellation)
    {
        var flags = call.Flags;
        var (user, password) = (flags.NonEmptyText("username"), flags.NonEmptyText("password"));
        if (flags.Bool("password-stdin"))
        {
            if (password is not null)
            {
                throw new BuildSharpException("can't specify both --password-stdin and --password");
            }

            if (user is null)
            {
                throw new BuildSharpException("must provide --username with --password-stdin");
            }
        }

        var registry = RegistryKey.Parse(call.Positionals[0]);
        var configuration = RegistryConfiguration.Read(call);
        var logins = RegistryConfiguration.Logins(call, configuration, LoginFlags.AuthFiles(call));
        var stored = await logins.FindAsync(registry.Key, cancellation).ConfigureAwait(false);
        if (flags.IsSet("get-login"))
        {
            call.Out.WriteLine(stored is { UserName.Length: > 0 } ? stored.UserName : throw new BuildSharpException($"not logged into {registry.Key}"));
            return 0;
        }

        var endpoint = RegistryConfiguration.Endpoints(call, RegistryChoice.Of(call), configuration).ForPush(registry.Name);
        Task CheckAsync(RegistryLogin login) => LoginCheck.RunAsync(
            endpoint, registry.IsHost ? null : registry.Name.Path, login, Transfers.RegistrySettings.Client(call), cancellation);
        if (user is null && password is null && stored is { Password.Length: > 0 })
        {
            call.Out.WriteLine($"Authenticating with existing credentials for {registry.Key}");
            try
            {
                await CheckAsync(stored).ConfigureAwait(false);
                call.Out.WriteLine($"Existing credentials are valid. Already logged in to {registry.Host}");
                return 0;
            }
            catch (RegistryException error)
            {
                call.Debug?.Report(error.Message);
                call.Out.WriteLine("Existing credentials are invalid, please enter valid username and password");
            }
        }

        password ??= flags.Bool("password-stdin") ? await PasswordOfInputAsync(call, cancellation).ConfigureAwait(false) : null;
        var login = await AskAsync(call, user, password, stored?.UserName, cancellation).ConfigureAwait(false);
        try
        {
            await CheckAsync(login).ConfigureAwait(false);
        }
        catch (RegistryException error) when (error.Status is System.Net.HttpStatusCode.Unauthorized)
        {
            throw new BuildSharpException($"logging into {GoQuoting.Quote(registry.Host)}: invalid username/password", error);
        }
        catch (RegistryException error)
        {
            throw new BuildSharpException($"authenticating creds for {GoQuoting.Quote(registry.Host)}: {error.Message}", error);
        }

        var place = await logins.StoreAsync(registry.Key, login, cancellation).ConfigureAwait(false);
        if (flags.Bool("verbose"))
        {
            call.Out.WriteLine($"Used:  {place}");
        }

        call.Out.WriteLine("Login Succeeded!");
        return 0;
    }

    private static async Task<RegistryLogin> AskAsync(Invocation call, string? user, string? password, string? known, CancellationToken cancellation)
    {
        if ((user is null || password is null) && !TerminalQuestion.IsPossible(call))
        {
            throw new BuildSharpException("there is no terminal to ask for user name and password on: give --username and --password-stdin");
        }

        if (user is null)
        {
            var answer = await TerminalQuestion.AskAsync(
                call, known is { Length: > 0 } ? $"Username ({known}): " : "Username: ", isSecret: false, cancellation).ConfigureAwait(false);
            user = answer.Trim() is { Length: > 0 } name ? name : known ?? "";
        }

        password ??= await TerminalQuestion.AskAsync(call, "Password: ", isSecret: true, cancellation).ConfigureAwait(false);
        return user.Contains(':')
            ? throw new BuildSharpException("a user name with a colon cannot be stored, because the colon ends it in the file")
            : new RegistryLogin(user, password);
    }

    private static async Task<string> PasswordOfInputAsync(Invocation call, CancellationToken cancellation)
    {
        using var reader = new StreamReader(call.Surroundings.OpenInput());
        var text = await reader.ReadToEndAsync(cancellation).ConfigureAwait(false);
        return text.ReplaceLineEndings("");
    }
}
