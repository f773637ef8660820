namespace BuildSharp.Running.Spec;

/// <summary>Properties of the host that a runtime config depends on. Read once and passed in, so that building the config accesses no
/// files.</summary>
internal sealed record HostFacts
{
    /// <summary>Architecture, as in GOARCH.</summary>
    public required string Architecture { get; init; }

    /// <summary>Capabilities of our own process.</summary>
    public required CapabilitySet Capabilities { get; init; }

    /// <summary>Hard limits of our own process, by lower-case name; a missing one is unlimited.</summary>
    public IReadOnlyDictionary<string, ulong> HardLimits { get; init; } = new Dictionary<string, ulong>();

    /// <summary>Whether we run in a user namespace that maps root to another user.</summary>
    public bool IsRootless { get; init; }

    /// <summary>Whether group 5, which owns terminals, is mapped into our user namespace.</summary>
    public bool HasTerminalGroup { get; init; } = true;

    /// <summary><see cref="BuildSharp.Linux.ControlGroups.AreUnified"/>.</summary>
    public bool HasUnifiedCgroups { get; init; }

    /// <summary><see cref="BuildSharp.Linux.ControlGroups.AreWritable"/>.</summary>
    public bool HasWritableCgroups { get; init; } = true;

    /// <summary>Whether the kernel supports seccomp filters.</summary>
    public bool HasSeccomp { get; init; } = true;

    /// <summary>Kernel version, for profiles that require a minimum.</summary>
    public Version KernelVersion { get; init; } = new(0, 0);

    /// <summary>Existing paths of the form <c>/sys/devices/system/cpu/cpuN/thermal_throttle</c>.</summary>
    public IReadOnlyList<string> ThermalThrottlePaths { get; init; } = [];

    /// <summary>Content of the host's <c>/etc/hosts</c>.</summary>
    public string HostsFile { get; init; } = "";

    /// <summary>Content of the host's resolv.conf; behind systemd-resolved's stub, the file with the real name servers.</summary>
    public string ResolverFile { get; init; } = "";

    /// <summary>Existing ones of <see cref="MountList.IpcDirectories"/>.</summary>
    public IReadOnlyList<string> IpcDirectories { get; init; } = MountList.IpcDirectories;

    /// <summary>Supplementary groups of our own process that are mapped into our user namespace.</summary>
    public IReadOnlyList<uint> SupplementaryGroups { get; init; } = [];

    /// <summary>An address of the host other than loopback; null when it has none.</summary>
    public string? LocalAddress { get; init; }

    public ulong HardLimit(string name) => HardLimits.TryGetValue(name, out var value) ? value : ResourceLimit.Unlimited;
}
