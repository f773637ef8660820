namespace BuildSharp.Containers.Running;

/// <summary>Everything that a runtime config is made of once files have been read: no step below touches the machine.</summary>
internal sealed record SpecInputs
{
    public required RunRequest Request { get; init; }

    public required HostFacts Host { get; init; }

    public required CommandContext Context { get; init; }

    /// <summary>Absolute path of the mounted root filesystem.</summary>
    public required string RootPath { get; init; }

    /// <summary>The run's name for the runtime, unique on the machine.</summary>
    public required string RunId { get; init; }

    /// <summary>The command with its program looked up in the container's PATH.</summary>
    public required IReadOnlyList<string> Args { get; init; }

    /// <summary>The user's mounts as the runtime takes them.</summary>
    public IReadOnlyList<SpecMount> Mounts { get; init; } = [];

    /// <summary>Bind mounts of generated files such as /etc/hosts.</summary>
    public IReadOnlyList<SpecMount> FileMounts { get; init; } = [];

    /// <summary>The host's nodes for the requested devices, already examined.</summary>
    public IReadOnlyList<(SpecDevice Device, string Access)> Devices { get; init; } = [];

    /// <summary>The profile to filter system calls with; null for none.</summary>
    public SeccompProfile? Seccomp { get; init; }

    /// <summary>Whether programs for the processor's other instruction sets are let through.</summary>
    public bool AllowsForeignArchitectures { get; init; }

    public bool Terminal { get; init; }

    /// <summary>Size of the terminal, if there is one and it is known.</summary>
    public (int Rows, int Columns)? ConsoleSize { get; init; }

    /// <summary>Takes lines that explain silent decisions.</summary>
    public IProgress<string>? Debug { get; init; }
}

/// <summary>Assembles the <see cref="RuntimeSpec"/> of a run; pure. The order of steps matters: later ones read earlier ones.</summary>
internal static class RuntimeSpecBuilder
{
    public static RuntimeSpec Build(SpecInputs inputs)
    {
        var request = inputs.Request;
        var context = inputs.Context;
        var bounding = CapabilitySet.Resolve(request.Capabilities, request.CapAdd, request.CapDrop, inputs.Host.Capabilities);
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
                NoNewPrivileges = request.Security.NoNewPrivileges,
                ApparmorProfile = request.Security.Apparmor,
            },
            RootPath = inputs.RootPath,
            Hostname = context.Hostname,
            Mounts = Mounts(inputs),
            Annotations = Annotations(request),
            Sysctl = Sysctl(request),
            DeviceRules =
            [
                new SpecDeviceRule(false, "rwm"),
                .. inputs.Devices.Select(entry => new SpecDeviceRule(true, entry.Access, entry.Device.Type, entry.Device.Major, entry.Device.Minor)),
            ],
            Resources = request.Resources,
            CgroupsPath = CgroupsPath(inputs),
            Namespaces = Namespaces(request, inputs.Host),
            Devices = [.. inputs.Devices.Select(entry => entry.Device)],
            Seccomp = inputs.Seccomp?.Resolve(inputs.Host, bounding, inputs.AllowsForeignArchitectures),
            MaskedPaths = HiddenPaths.Masked(request.Security, inputs.Host.ThermalThrottlePaths),
            ReadonlyPaths = HiddenPaths.Readonly(request.Security),
        };
    }

    private static IReadOnlyList<SpecMount> Mounts(SpecInputs inputs)
    {
        IEnumerable<SpecMount> builtin = MountList.Builtin(inputs.Request.ShmSize);
        if (inputs.Host.IsRootless)
        {
            var ownsNetwork = inputs.Request.Network is { IsHost: false, Path: null };
            var ownsIpc = inputs.Request.Ipc is { IsHost: false, Path: null };
            builtin = MountList.InUserNamespace(builtin, ownsNetwork, ownsIpc, inputs.Host.HasTerminalGroup);
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

        // With v1 controllers a private cgroup namespace only hides the names of groups, and podman and buildah keep the host's.
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

    // With it crun leaves the groups of the process that starts it alone, those too that have no number in our user namespace.
    private static Dictionary<string, string> Annotations(RunRequest request) =>
        request.GroupAdd.Contains(UserResolution.KeepGroups) ? new() { ["run.oci.keep_original_groups"] = "1" } : [];

    // Those that buildah sets, of namespaces that the command does not share: anything else would be the host's. net.* would belong to a
    // network that is set up for the command, which there is not yet.
    private static Dictionary<string, string> Sysctl(RunRequest request)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in request.Sysctls)
        {
            var equals = pair.IndexOf('=');
            var name = pair[..equals].Trim();
            if ((!request.Ipc.IsHost && name.StartsWith("fs.mqueue.", StringComparison.Ordinal)) || (!request.Uts.IsHost && name == "kernel.hostname"))
            {
                parameters[name] = pair[(equals + 1)..].Trim();
            }
        }

        return parameters;
    }

    // A group of its own below the parent: two steps at once would otherwise share one, and its limits.
    private static string? CgroupsPath(SpecInputs inputs) =>
        inputs.Request.CgroupParent is { Length: > 0 } parent ? $"{parent.TrimEnd('/')}/{inputs.RunId}" : null;
}
