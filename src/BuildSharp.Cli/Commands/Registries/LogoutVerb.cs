using BuildSharp.Cli.Flags;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Registries;

/// <summary><c>logout [REGISTRY]</c>: removes stored credentials.</summary>
internal sealed class LogoutVerb : Verb
{
    public override string Synopsis => "[flags] [REGISTRY]";

    public override string Summary => "Remove stored registry credentials";

    public override IReadOnlyList<string> Examples => ["logout quay.io", "logout --all"];

    public override VerbGroup Group => VerbGroup.Registry;

    public override FlagPlacement Placement => FlagPlacement.Anywhere;

    public override ArgumentRule Arguments { get; } = new(0, "", 1, "too many arguments, logout takes at most 1 argument");

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Bool("all", "remove the credentials of all registries", 'a'),
        .. LoginFlags.Files,
    ];

    public override async Task<int> RunAsync(Invocation call, CancellationToken cancellation)
    {
        var files = LoginFlags.AuthFiles(call);
        var configuration = RegistryConfiguration.Read(call);
        var logins = RegistryConfiguration.Logins(call, configuration, files);
        if (call.Flags.Bool("all"))
        {
            if (call.Positionals.Count > 0)
            {
                throw new BuildSharpException("--all takes no arguments");
            }

            await logins.RemoveAllAsync(cancellation).ConfigureAwait(false);
            call.Out.WriteLine("Removed login credentials for all registries");
            return 0;
        }

        if (call.Positionals.Count == 0)
        {
            throw new BuildSharpException("please specify a registry to log out from, or --all");
        }

        var registry = RegistryKey.Parse(call.Positionals[0]);
        if (await logins.RemoveAsync(registry.Key, cancellation).ConfigureAwait(false))
        {
            call.Out.WriteLine($"Removed login credentials for {registry.Key}");
            return 0;
        }

        if (await logins.FindAsync(registry.Key, cancellation).ConfigureAwait(false) is null)
        {
            throw new BuildSharpException($"not logged into {registry.Key}");
        }

        call.Out.WriteLine(
            $"Not logged into {registry.Key} with current tool. Existing credentials were established via docker login. Please use docker logout instead.");
        return 0;
    }
}
