using BuildSharp.Build;
using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Flags;
using BuildSharp.Containers;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running;
using BuildSharp.Storage;

namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary><c>run CTR [--] COMMAND [ARG…]</c>: runs a command and exits with its status.</summary>
internal sealed class RunVerb : Verb
{
    public override string Synopsis => "[flags] CONTAINER [--] COMMAND [ARG...]";

    public override string Summary => "Run a command in a working container";

    public override string Description =>
        "Runs a command in a working container, with the container's user, variables and\ndirectory. The image's own command and entry point play no part.";

    public override IReadOnlyList<string> Examples =>
        ["run working-container make install", "run -v $PWD:/src working-container -- ls -l /src"];

    public override VerbGroup Group => VerbGroup.Container;

    public override FlagPlacement Placement => FlagPlacement.BeforeCommand;

    public override bool IsConfigured => true;

    public override ArgumentRule Arguments { get; } = new(1, "container ID must be specified");

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Bool("add-history", "note the command in the image's history", variable: "BUILDAH_HISTORY"),
        .. CommandInputs.Flags,
        .. RunEnvironmentFlags.Capabilities,
        RunEnvironmentFlags.Device,
        Flag.Text("contextdir", "directory that sources of --mount are in", value: "dir"),
        Flag.List("env", "variable of the command, KEY=VALUE, or KEY from our own", 'e', value: "variable"),
        Flag.Text("hostname", "name of the machine as the command sees it", value: "name"),
        RunEnvironmentFlags.Isolation,
        Flag.List("mount", "mount for the command, type=bind|cache|tmpfs,src=…,dst=…", value: "mount"),
        RunEnvironmentFlags.Volume,
        Flag.Bool("no-hosts", "leave the image's /etc/hosts alone"),
        Flag.Bool("no-hostname", "leave the image's /etc/hostname alone"),
        Flag.Bool("no-pivot", "change the root by other means than pivot_root"),
        RunEnvironmentFlags.PidsLimit,
        Flag.Text("runtime", "OCI runtime", variable: "BUILDAH_RUNTIME", value: "path"),
        Flag.CsvList("runtime-flag", "global flag for the OCI runtime, without its dashes"),
        Flag.Bool("terminal", "give the command a terminal", 't') with { Aliases = ["tty"] },
        Flag.Text("user", "user the command runs as, USER[:GROUP]", value: "user"),
        Flag.Numbers("valid-exit-codes", "exit codes that count as success"),
        Flag.Text("workingdir", "directory the command starts in", value: "dir"),
        .. NamespaceFlags.All,
    ];

    public override bool NeedsNamespace(Invocation call) => true;

    public override async Task<int> RunAsync(Invocation call, CancellationToken cancellation)
    {
        var command = call.Positionals.Skip(1).ToList();
        if (command is ["--", ..])
        {
            command.RemoveAt(0);
        }

        if (command.Count == 0)
        {
            throw new BuildSharpException("command must be specified");
        }

        CommandInputs.Check(call.Flags);
        using var store = call.OpenStoreAsRoot();
        var container = WorkingContainer.Open(store, call.Positionals[0], call.Surroundings.Clock);
        using var mounts = CommandMounts.Open(store, container, call);
        var request = RunEnvironment.Reading(() => Request(container, command, mounts, call));
        call.Out.Flush();
        if (call.Flags.Bool("cache"))
        {
            return await RunCachedAsync(store, container, request, call, cancellation).ConfigureAwait(false);
        }

        var kills = OutOfMemory.Kills();
        var status = await container.RunAsync(request, cancellation).ConfigureAwait(false);
        if (status == 0 && call.Flags.Bool("add-history"))
        {
            NoteInHistory(container, command);
        }

        if (status != 0 && OutOfMemory.Kills() > kills)
        {
            call.Error.WriteLine("Out of memory: the kernel killed a process while the command ran.");
        }

        return Judge(status, call);
    }

    private async Task<int> RunCachedAsync(Store store, WorkingContainer container, RunRequest request, Invocation call, CancellationToken cancellation)
    {
        var cached = CachedVerb.Begin(store, container, call.Surroundings.Clock, call.Debug, cancellation);
        var createdBy = CommandInputs.HistoryText(container, request.Args, Flags, call, cancellation);
        if (cached.Reuse(createdBy) is { } image)
        {
            call.Error.WriteLine($"--> Using cache {image}");
            return Judge(0, call);
        }

        var status = await container.RunAsync(request with { Stdin = ChildStream.Null }, cancellation).ConfigureAwait(false);
        var judged = Judge(status, call);
        if (status == 0)
        {
            cached.Keep(createdBy, cancellation);
        }

        return judged;
    }

    private static void NoteInHistory(WorkingContainer container, IReadOnlyList<string> command)
    {
        container.AddEmptyHistory("/bin/sh -c " + string.Join(' ', command));
        container.Save();
    }

    private static RunRequest Request(WorkingContainer container, IReadOnlyList<string> command, CommandMounts mounts, Invocation call)
    {
        var flags = call.Flags;
        var remembered = RunEnvironment.Request(container.Settings, call);
        return remembered with
        {
            Args = command,
            IsAlone = true,
            Env = CallerVariables.Resolve(flags.All("env"), call.Surroundings.Environment),
            User = flags.NonEmptyText("user"),
            WorkingDir = flags.NonEmptyText("workingdir"),
            Hostname = flags.NonEmptyText("hostname"),
            Isolation = RunEnvironment.IsolationOf(call) ?? remembered.Isolation,
            Network = flags.Text("network") is { } network ? NetworkChoice.Parse(network) : remembered.Network,
            Pid = flags.Text("pid") is { } pid ? NamespaceChoice.Parse(pid) : remembered.Pid,
            Ipc = flags.Text("ipc") is { } ipc ? NamespaceChoice.Parse(ipc) : remembered.Ipc,
            Uts = flags.Text("uts") is { } uts ? NamespaceChoice.Parse(uts) : remembered.Uts,
            Cgroup = flags.Text("cgroupns") is { } cgroup ? NamespaceChoice.Parse(cgroup) : remembered.Cgroup,
            CapAdd = [.. remembered.CapAdd, .. flags.All("cap-add")],
            CapDrop = [.. remembered.CapDrop, .. flags.All("cap-drop")],
            Devices = [.. remembered.Devices, .. flags.All("device").Select(DeviceRequest.Parse)],
            Mounts =
            [
                .. remembered.Mounts,
                .. flags.All("volume").Select(RunMount.OfVolume),
                .. mounts.All,
            ],
            Terminal = flags.IsSet("terminal") ? flags.Bool("terminal") : null,
            Runtime = flags.NonEmptyText("runtime") ?? remembered.Runtime,
            RuntimeFlags = flags.All("runtime-flag"),
            NoPivot = flags.Bool("no-pivot") || remembered.NoPivot,
            NoHosts = flags.Bool("no-hosts") || remembered.NoHosts,
            NoHostname = flags.Bool("no-hostname"),
        };
    }

    // With a list of valid exit codes, a listed code becomes success and an unlisted 0 becomes a failure.
    private static int Judge(int status, Invocation call)
    {
        var valid = call.Flags.Numbers("valid-exit-codes");
        if (valid.Count > 0 && valid.Contains(status))
        {
            return 0;
        }

        if (valid.Count > 0 && status == 0)
        {
            throw new BuildSharpException("exit status 0 is not in the valid exit codes list");
        }

        if (status != 0)
        {
            call.Error.WriteLine($"Error: while running runtime: exit status {status}");
        }

        return status;
    }
}
