using BuildSharp.Running.Seccomp;

namespace BuildSharp.Running.Spec;

/// <summary>All input of a runtime config. Files have been read already, so that building the config accesses none.</summary>
internal sealed record SpecInputs
{
    public required RunRequest Request { get; init; }

    public required HostFacts Host { get; init; }

    public required CommandContext Context { get; init; }

    /// <summary>Absolute path of the mounted root filesystem.</summary>
    public required string RootPath { get; init; }

    /// <summary>ID of the run for the runtime; unique on the machine.</summary>
    public required string RunId { get; init; }

    /// <summary>The command, with its program found in the container's PATH.</summary>
    public required IReadOnlyList<string> Args { get; init; }

    /// <summary>The user's mounts in the runtime's form.</summary>
    public IReadOnlyList<SpecMount> Mounts { get; init; } = [];

    /// <summary>Bind mounts of generated files such as /etc/hosts.</summary>
    public IReadOnlyList<SpecMount> FileMounts { get; init; } = [];

    /// <summary>The requested devices.</summary>
    public IReadOnlyList<(SpecDevice Device, string Access)> Devices { get; init; } = [];

    /// <summary>Hooks of the requested devices.</summary>
    public SpecHooks Hooks { get; init; } = new();

    /// <summary>The seccomp profile; null for none.</summary>
    public SeccompProfile? Seccomp { get; init; }

    /// <summary>Whether the seccomp filter allows programs for compatible architectures.</summary>
    public bool AllowsForeignArchitectures { get; init; }

    public bool Terminal { get; init; }

    /// <summary>Size of the terminal; null without one, or when unknown.</summary>
    public (int Rows, int Columns)? ConsoleSize { get; init; }

    /// <summary>Receives a line for decisions that the user may not expect; null to report nothing.</summary>
    public IProgress<string>? Debug { get; init; }
}

/// <summary>Builds the <see cref="RuntimeSpec"/> of a run. Later steps use results of earlier ones, so their order matters.</summary>
internal static class RuntimeSpecBuilder
{
    public static RuntimeSpec Build(SpecInputs inputs)
    {
        var request = inputs.Request;
        var context = inputs.Context;
        var bounding = request.IsInsecure
            ? inputs.Host.Capabilities
            : CapabilitySet.Resolve(request.Capabilities, request.CapAdd, request.CapDrop, inputs.Host.Capabilities);
        var effective = context.User.Uid == 0 ? bounding.Names : [];
        return new RuntimeSpec
        {
            Process = new SpecProcess
            {
                Terminal = inputs.Terminal,
                ConsoleSize = inputs.ConsoleSize,
                User = context.User,
                Args = inputs.Args,
                Env = context.Env,
                Cwd = context.WorkingDirectory,
                Capabilities = new SpecCapabilities(bounding.Names, effective, effective),
                Rlimits = ProcessLimits.Choose(request.Ulimits, inputs.Host, inputs.Debug),
                NoNewPrivileges = request.Security.NoNewPrivileges && !request.IsInsecure,
                ApparmorProfile = request.IsInsecure ? null : request.Security.Apparmor,
            },
            RootPath = inputs.RootPath,
            Hostname = context.Hostname,
            Mounts = Mounts(inputs),
            Hooks = inputs.Hooks,
            Annotations = Annotations(request),
            Sysctl = Sysctl(request),
            DeviceRules =
            [
                new SpecDeviceRule(request.IsInsecure, "rwm"),
                .. inputs.Devices.Select(entry => new SpecDeviceRule(true, entry.Access, entry.Device.Type, entry.Device.Major, entry.Device.Minor)),
            ],
            Resources = request.Resources,
            CgroupsPath = CgroupsPath(inputs),
            Namespaces = Namespaces(request, inputs.Host),
            Devices = [.. inputs.Devices.Select(entry => entry.Device)],
            Seccomp = request.IsInsecure ? null : inputs.Seccomp?.Resolve(inputs.Host, bounding, inputs.AllowsForeignArchitectures),
            MaskedPaths = request.IsInsecure ? [] : HiddenPaths.Masked(request.Security, inputs.Host.ThermalThrottlePaths),
            ReadonlyPaths = request.IsInsecure ? [] : HiddenPaths.Readonly(request.Security),
        };
    }

    private static IReadOnlyList<SpecMount> Mounts(SpecInputs inputs)
    {
        IEnumerable<SpecMount> builtin = MountList.Builtin(inputs.Request.ShmSize);
        if (inputs.Host.IsRootless)
        {
            var ownsNetwork = inputs.Request.Network is { IsHost: false, Path: null } or { IsOwn: true };
            var ownsIpc = inputs.Request.Ipc is { IsHost: false, Path: null };
            builtin = MountList.InUserNamespace(builtin, ownsNetwork, ownsIpc, inputs.Host.HasTerminalGroup);
        }

        if (inputs.Request.IsInsecure)
        {
            builtin = builtin.Select(mount => mount.Destination == "/sys" ? mount with { Options = [.. mount.Options.Select(option => option == "ro" ? "rw" : option)] } : mount);
        }

        var hostIpc = inputs.Request.Ipc.IsHost ? MountList.ForHostIpc(inputs.Host.IpcDirectories) : [];
        return MountList.Arrange(inputs.Mounts.Concat(inputs.FileMounts).Concat(hostIpc).Concat(builtin));
    }

    private static List<SpecNamespace> Namespaces(RunRequest request, HostFacts host)
    {
        var spaces = new List<SpecNamespace>();
        Add(spaces, "pid", request.Pid);
        Add(spaces, "ipc", request.Ipc);
        Add(spaces, "uts", request.Uts);
        spaces.Add(new SpecNamespace("mount"));
        if (!request.Network.IsHost)
        {
            spaces.Add(new SpecNamespace("network", request.Network.Path));
        }

        // With cgroup v1 a new cgroup namespace hides nothing but names, so podman and buildah use the host's.
        Add(spaces, "cgroup", request.Cgroup ?? (host.HasUnifiedCgroups ? NamespaceChoice.Private : NamespaceChoice.Host));
        return spaces;
    }

    private static void Add(List<SpecNamespace> spaces, string type, NamespaceChoice choice)
    {
        if (!choice.IsHost)
        {
            spaces.Add(new SpecNamespace(type, choice.Path));
        }
    }

    // With this annotation crun keeps the groups of the process that starts it, including those not mapped into our user namespace.
    private static Dictionary<string, string> Annotations(RunRequest request) =>
        request.GroupAdd.Contains(UserResolution.KeepGroups) ? new() { ["run.oci.keep_original_groups"] = "1" } : [];

    // The parameters that buildah sets, and only for namespaces that the command does not share, because others would change the host.
    // "net.*" belongs to a network that is set up.
    private static Dictionary<string, string> Sysctl(RunRequest request)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in request.Sysctls)
        {
            var equals = pair.IndexOf('=');
            var name = pair[..equals].Trim();
            if ((!request.Ipc.IsHost && name.StartsWith("fs.mqueue.", StringComparison.Ordinal)) || (!request.Uts.IsHost && name == "kernel.hostname")
                || (request.Network.IsOwn && name.StartsWith("net.", StringComparison.Ordinal)))
            {
                parameters[name] = pair[(equals + 1)..].Trim();
            }
        }

        return parameters;
    }

    // One cgroup per run, because runs in parallel would otherwise share one and its limits.
    private static string? CgroupsPath(SpecInputs inputs) =>
        inputs.Request.CgroupParent is { Length: > 0 } parent ? $"{parent.TrimEnd('/')}/{inputs.RunId}" : null;
}
