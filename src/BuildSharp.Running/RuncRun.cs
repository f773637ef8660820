using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Chroot;
using BuildSharp.Running.Devices;
using BuildSharp.Running.Hooks;
using BuildSharp.Running.Networks;
using BuildSharp.Running.Preparing;
using BuildSharp.Running.Runtimes;
using BuildSharp.Running.Seccomp;
using BuildSharp.Running.Spec;
using BuildSharp.Running.Stubs;

namespace BuildSharp.Running;

/// <summary>Runs commands in working containers with an OCI runtime.</summary>
public static class RuncRun
{
    // Exit statuses of runc, by release, when the kernel does not execute the program. A command may exit with them too.
    private static readonly int[] NotExecuted = [1, 255];

    /// <summary>The OCI runtime used by default; null when there is none.</summary>
    /// <param name="searchPath">The caller's PATH.</param>
    /// <param name="places">As in <see cref="RunRequest.RuntimePlaces"/>.</param>
    public static string? FindRuntime(string searchPath, IReadOnlyDictionary<string, IReadOnlyList<string>> places) =>
        RuntimeSearch.FindUsual(searchPath, places, ControlGroups.AreUnified);

    /// <summary>Runs a command and waits for its end.</summary>
    /// <param name="target">The container, with its root mounted.</param>
    /// <param name="request">The command and its settings.</param>
    /// <param name="cancellationToken">Ends the command like SIGTERM, and kills it about a second later. The method still returns the
    /// status, after
    /// it has cleaned up.</param>
    /// <returns>Exit status of the command, or 128 + n after signal n.</returns>
    /// <exception cref="OperationCanceledException">The run was interrupted and <see cref="RunRequest.SignalsCancel"/> is set.</exception>
    /// <exception cref="RunFailedException">The runtime failed.</exception>
    /// <exception cref="ForeignProgramException">The program is for another architecture, without a registered interpreter.</exception>
    /// <exception cref="BuildSharpException">The request is invalid: an unknown user, a missing mount source, no runtime.</exception>
    public static async Task<int> ExecuteAsync(RunTarget target, RunRequest request, CancellationToken cancellationToken)
    {
        CheckSupport(request);
        var host = HostFactsReader.Read();
        var program = IsolationChoice.Runtime(request, host);
        if (program is null)
        {
            request = request with { Isolation = Isolation.Chroot };
            ChrootRuntime.Check(request);
        }

        Directory.CreateDirectory(target.RunDirectory);
        var machine = HostNetwork.Of(host);
        await using var networks = new NetworkPool();
        using var connected = await NetworkSetup.TakeAsync(request, request.Networks ?? networks, target.RunDirectory, machine).ConfigureAwait(false);
        request = request with { Network = connected.Choice };

        using var root = DirectoryHandle.Open(target.RootFs);
        using var bundle = Bundle.Create(target.RunDirectory, target.ContainerId);
        await using var held = await HeldMounts.TakeAsync(request, bundle, cancellationToken).ConfigureAwait(false);
        var hidden = new PrivateMounts(bundle);
        var variables = MountVariables.Of(request.Mounts);
        var spec = Prepare(target, request with { Env = [.. request.Env, .. variables.All] }, host, connected.Facts, root, bundle, (held, hidden));
        if (program is null)
        {
            using var targets = MountStubs.Prepare(root, target.UpperDirectory, target.StateDirectory, spec.Mounts);
            return await new ChrootRuntime(request).RunAsync(bundle, spec, host.Architecture, hidden.Making, cancellationToken).ConfigureAwait(false);
        }

        var runtime = new RuncRuntime(program, StateRoot(target.RunDirectory), request);
        if (variables.HasSecrets)
        {
            hidden.AddConfig(RuntimeSpecJson.Write(spec));
        }
        else
        {
            bundle.WriteConfig(spec);
        }

        using var stubs = MountStubs.Prepare(root, target.UpperDirectory, target.StateDirectory, spec.Mounts);
        var finished = false;
        try
        {
            var status = await runtime.RunAsync(bundle, spec.Process.Terminal, hidden.Making, cancellationToken).ConfigureAwait(false);
            finished = status < 128;
            return status == 0 || ForeignProgram.Explain(root, spec.Process, NotExecuted.Contains(status)) is not { } why
                ? status
                : throw new ForeignProgramException($"while running runtime: exit status {status}: {why}", status);
        }
        catch (RunFailedException failure) when (failure.CommandNotStarted && ForeignProgram.Explain(root, spec.Process, seemsNotStarted: true) is { } why)
        {
            throw new ForeignProgramException($"{failure.Message}: {why}", failure.ExitCode);
        }
        finally
        {
            if (!finished)
            {
                // A runtime that is killed by a signal does not delete its container.
                await runtime.DeleteAsync(bundle.Id).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Kills and removes runs that killed buildsharp processes have left in a store's run directory. Costs one directory listing
    /// when there are none.</summary>
    /// <param name="runDirectory">As in <see cref="RunTarget.RunDirectory"/>.</param>
    /// <returns>IDs of the removed runs.</returns>
    public static Task<IReadOnlyList<string>> SweepAsync(string runDirectory) => OrphanSweep.RunAsync(runDirectory);

    /// <summary>Whether a command runs in the container.</summary>
    /// <param name="stateDirectory">As in <see cref="RunTarget.StateDirectory"/>.</param>
    public static bool IsRunning(string stateDirectory) => new StubNotes(stateDirectory).IsRunning;

    internal static string StateRoot(string runDirectory) => Path.Combine(runDirectory, "runc");

    private static RuntimeSpec Prepare(
        RunTarget target, RunRequest request, HostFacts host, NetworkFacts? network, DirectoryHandle root, Bundle bundle, (HeldMounts Held, PrivateMounts Hidden) parts)
    {
        var accounts = ContainerAccounts.Read(root);
        var context = CommandContext.Resolve(
            request, target.Image.Config, target.ContainerId, target.ContainerName, accounts, host.SupplementaryGroups);
        MappedUser.Require(context.User);
        if (request.Isolation is Isolation.Chroot)
        {
            context = context with { Env = ProcessEnvironment.WithHome(context.Env, accounts, context.User.Uid) }; // a runtime does this itself
        }

        var cdi = CdiRegistry.Find([.. request.Devices.Where(device => device.IsCdi)], request.CdiDirectories);
        IReadOnlyList<DeviceRequest> devices = [.. request.Devices.Where(device => !device.IsCdi)];
        context = context with { Env = ProcessEnvironment.With(context.Env, cdi.Env) };
        var searchPath = ProcessEnvironment.Find(context.Env, "PATH") ?? ProcessEnvironment.DefaultPath;
        var terminal = WantsTerminal(request);
        var spec = RuntimeSpecBuilder.Build(new SpecInputs
        {
            Request = request,
            Host = host,
            Context = context,
            RootPath = target.RootFs,
            RunId = bundle.Id,
            Args = ContainerFiles.LookUpProgram(root, request.Args, searchPath, context.WorkingDirectory),
            Mounts =
            [
                .. new UserMounts(bundle, parts.Held, parts.Hidden, context.User).Prepare(request.Mounts),
                .. new Subscriptions(bundle, request.Warn).Prepare(request.SubscriptionFiles),
                .. cdi.Mounts,
                .. host.IsRootless ? HostDevices.Bind([.. devices, .. cdi.Nodes.Select(node => node.OnHost)]) : [],
            ],
            Hooks = cdi.Hooks.Aggregate(new SpecHooks(), (hooks, entry) => hooks.With(entry.Stage, entry.Hook)),
            FileMounts = GeneratedFiles.Write(bundle, target, request, host, network, root, context.Hostname),
            Devices = host.IsRootless ? [] : [.. HostDevices.Examine(devices), .. CdiRegistry.Nodes(cdi)],
            Seccomp = Seccomp(request.Security),
            AllowsForeignArchitectures = request.AllSeccompArchitectures || ContainerFiles.HasForeignPrograms(root, target.Image.Architecture),
            Terminal = terminal,
            ConsoleSize = terminal ? Terminal.Size(0) ?? Terminal.Size(1) ?? Terminal.Size(2) : null,
            Debug = request.Debug,
        });
        request.Debug?.Report(
            $"the command runs as {context.User.Uid}:{context.User.Gid} in {context.WorkingDirectory}, root {target.RootFs}, network {request.Network.Text}, "
            + $"{spec.Mounts.Count} mounts, {(terminal ? "with" : "without")} terminal, seccomp {request.Security.Seccomp ?? "default"}");
        var places = new MountPlaces(root);
        spec = spec with { Mounts = places.Find(spec.Mounts), Devices = places.Find(spec.Devices) };
        ContainerFiles.MakeWorkingDirectory(root, context.WorkingDirectory, context.User);
        if (request.HookDirectories is not null || (!host.IsRootless && request.Isolation is not Isolation.Chroot))
        {
            spec = HookDirectories.Add(spec, request.HookDirectories, request.Mounts.OfType<BindMount>().Any(), request.Warn);
        }

        return request.Isolation is Isolation.Chroot && !spec.Hooks.IsEmpty
            ? throw new BuildSharpException("OCI hooks cannot be run with --isolation chroot, which has no runtime: use --isolation oci")
            : spec;
    }

    private static SeccompProfile? Seccomp(SecurityOptions security) => security.Seccomp switch
    {
        null or "" => DefaultSeccompProfile.Create(),
        "unconfined" => null,
        var path => SeccompProfileFile.Read(path),
    };

    private static bool WantsTerminal(RunRequest request) =>
        request.Terminal ?? (request.Stdin.IsTerminal(0) && request.Stdout.IsTerminal(1) && request.Stderr.IsTerminal(2));

    private static void CheckSupport(RunRequest request)
    {
        if (request.Args.Count == 0)
        {
            throw new BuildSharpException("no command to run was given");
        }

        if (!ProcessIdentity.IsRoot)
        {
            throw new BuildSharpException("running commands needs root: start this inside \"buildah unshare\" or \"podman unshare\", or as root");
        }

        request.Resources.Check();
        request.Network.Check();
        request.Pid.Check("pid");
        request.Ipc.Check("ipc");
        request.Uts.Check("uts");
        request.Cgroup?.Check("cgroup");
    }
}
