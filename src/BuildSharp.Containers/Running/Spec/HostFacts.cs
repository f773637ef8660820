namespace BuildSharp.Containers.Running;

/// <summary>What the runtime config depends on outside of the request and the image. Read once, passed in: the assembly stays pure.</summary>
internal sealed record HostFacts
{
    /// <summary>Processor in GOARCH words.</summary>
    public required string Architecture { get; init; }

    /// <summary>The capabilities that we have ourselves.</summary>
    public required CapabilitySet Capabilities { get; init; }

    /// <summary>Our own hard limits by lower-case name; one that is not in it is unlimited.</summary>
    public IReadOnlyDictionary<string, ulong> HardLimits { get; init; } = new Dictionary<string, ulong>();

    /// <summary>Whether we run in a user namespace that maps us to another user outside.</summary>
    public bool IsRootless { get; init; }

    /// <summary>Whether the group that terminals belong to, 5, is mapped into our user namespace.</summary>
    public bool HasTerminalGroup { get; init; } = true;

    /// <summary><see cref="Linux.ControlGroups.AreUnified"/>.</summary>
    public bool HasUnifiedCgroups { get; init; }

    /// <summary>Whether the kernel can filter system calls.</summary>
    public bool HasSeccomp { get; init; } = true;

    /// <summary>Release of the kernel, for profiles that ask for a least version.</summary>
    public Version KernelVersion { get; init; } = new(0, 0);

    /// <summary>Those <c>/sys/devices/system/cpu/cpuN/thermal_throttle</c> that exist.</summary>
    public IReadOnlyList<string> ThermalThrottlePaths { get; init; } = [];

    /// <summary>Content of the host's <c>/etc/hosts</c>.</summary>
    public string HostsFile { get; init; } = "";

    /// <summary>Content of the host's resolv.conf, the real one where systemd's stub hides it.</summary>
    public string ResolverFile { get; init; } = "";

    /// <summary>Which of <see cref="MountList.IpcDirectories"/> exist.</summary>
    public IReadOnlyList<string> IpcDirectories { get; init; } = MountList.IpcDirectories;

    /// <summary>Our own supplementary groups, as far as they have a number in our user namespace.</summary>
    public IReadOnlyList<uint> SupplementaryGroups { get; init; } = [];

    /// <summary>An address of the host that is not loopback; null when it has none.</summary>
    public string? LocalAddress { get; init; }

    public ulong HardLimit(string name) => HardLimits.TryGetValue(name, out var value) ? value : ResourceLimit.Unlimited;
}
