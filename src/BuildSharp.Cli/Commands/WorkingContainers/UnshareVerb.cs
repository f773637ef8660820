using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Namespaces;
using BuildSharp.Containers;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running;

namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary><c>unshare [-m [VAR=]CTR]… [CMD…]</c>: runs a command as root of the user's namespace, and exits with its status.</summary>
internal sealed class UnshareVerb : Verb
{
    private const string Isolation = "BUILDAH_ISOLATION";

    public override string Synopsis => "[flags] [COMMAND [ARG...]]";

    public override string Summary => "Run a command in a user namespace of your own";

    public override string Description =>
        "Runs a command, or a shell, as root of a user namespace: the ids that /etc/subuid and\n/etc/subgid give you are users there. Containers that it mounts stay mounted until it ends.\nRoot needs no namespace: then the command runs as it is.";

    public override IReadOnlyList<string> Examples => ["unshare", "unshare ./build.sh", "unshare -m ROOT=working-container sh -c 'ls $ROOT'"];

    public override VerbGroup Group => VerbGroup.Container;

    public override FlagPlacement Placement => FlagPlacement.BeforeCommand;

    public override bool IsConfigured => true;

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.CsvList("mount", "working container to mount; VAR, or its name, is the variable with the path", 'm', value: "[VAR=]container"),
        Flag.Bool("rootless-netns", "give the command a network of its own, through pasta or slirp4netns"),
    ];

    // It passes signals on instead.
    public override bool Waits(Invocation call) => false;

    public override bool NeedsNamespace(Invocation call) => true;

    public override async Task<int> RunAsync(Invocation call, CancellationToken cancellation)
    {
        var environment = new Dictionary<string, string>(call.Surroundings.Environment, StringComparer.Ordinal);
        var (program, arguments) = Command(call.Positionals, environment);
        if (environment.GetValueOrDefault(Isolation, "").Length == 0 && UserNamespace.IsInside)
        {
            environment[Isolation] = "rootless";
        }

        if (environment.ContainsKey(OwnNamespace.Mark))
        {
            environment[OwnNamespace.Mark] = OwnNamespace.Session;
        }

        await using var network = await ConnectAsync(call).ConfigureAwait(false);
        var mounted = Mount(call, environment);
        try
        {
            return ChildCommand.Run(() => ChildProcess.Start(
                program, arguments, environment.Select(variable => $"{variable.Key}={variable.Value}"), ChildStream.Inherit, ChildStream.Inherit, ChildStream.Inherit,
                network is null ? null : network.Enter));
        }
        catch (LinuxException error)
        {
            throw new BuildSharpException($"cannot run {program}: {error.Reason}", error);
        }
        finally
        {
            Unmount(call, mounted);
        }
    }

    private static async Task<RootlessNetwork?> ConnectAsync(Invocation call)
    {
        if (!call.Flags.Bool("rootless-netns"))
        {
            return null;
        }

        if (!UserNamespace.IsInside)
        {
            throw new BuildSharpException("--rootless-netns is for ordinary users: root reaches its networks from the host's");
        }

        using var store = call.OpenStoreAsRoot();
        return await WorkingContainer.ConnectAsync(store, RunEnvironment.Request(new BuildSettings(), call)).ConfigureAwait(false);
    }

    private static (string Program, IEnumerable<string> Arguments) Command(IReadOnlyList<string> words, Dictionary<string, string> environment)
    {
        if (words.Count == 0)
        {
            return environment.GetValueOrDefault("SHELL") is { Length: > 0 } shell
                ? (shell, [])
                : throw new NoCommandException();
        }

        var found = words[0].Contains('/') ? Path.GetFullPath(words[0]) : ProgramSearch.Find(words[0], environment.GetValueOrDefault("PATH", ""));
        return (found ?? throw new BuildSharpException($"{words[0]}: no such program in PATH"), words.Skip(1));
    }

    // The ids of the mounted containers; the variables get their paths.
    private static List<string> Mount(Invocation call, Dictionary<string, string> environment)
    {
        var ids = new List<string>();
        var wanted = call.Flags.All("mount");
        if (wanted.Count == 0)
        {
            return ids;
        }

        using var store = call.OpenStoreAsRoot();
        try
        {
            foreach (var text in wanted)
            {
                var equals = text.IndexOf('=', StringComparison.Ordinal);
                var container = WorkingContainer.Open(store, text[(equals + 1)..]);
                environment[equals > 0 ? text[..equals] : container.Name] = container.Mount();
                ids.Add(container.Id);
            }
        }
        catch
        {
            Unmount(call, ids);
            throw;
        }

        return ids;
    }

    // The command may have removed a container.
    private static void Unmount(Invocation call, List<string> ids)
    {
        if (ids.Count == 0)
        {
            return;
        }

        using var store = call.OpenStoreAsRoot();
        foreach (var id in ids)
        {
            WorkingContainer.TryOpen(store, id)?.Unmount();
        }
    }

    private sealed class NoCommandException() : BuildSharpException("no command was given, and SHELL is not set")
    {
        public override int ExitCode => 1;
    }
}
