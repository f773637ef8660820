namespace BuildSharp.Containers;

/// <summary>Options of commands that every verb which starts some shares; kept in the container under buildah's names.</summary>
public sealed record CommandOptions
{
    /// <summary>Lines for the hosts file, <c>NAME:IP</c>.</summary>
    public IReadOnlyList<string> AddHost { get; init; } = [];

    /// <summary>Whether commits leave history out.</summary>
    public bool OmitHistory { get; init; }

    /// <summary>Cgroup that commands' cgroups are made in.</summary>
    public string CgroupParent { get; init; } = "";

    /// <summary>Microseconds of a scheduling period; 0 for the kernel's.</summary>
    public ulong CpuPeriod { get; init; }

    /// <summary>Microseconds a command may run in a period; 0 for all.</summary>
    public long CpuQuota { get; init; }

    /// <summary>Weight against other cgroups; 0 for the kernel's.</summary>
    public ulong CpuShares { get; init; }

    /// <summary>Processors that may be used, as <c>0-2,4</c>.</summary>
    public string CpuSetCpus { get; init; } = "";

    /// <summary>Memory nodes that may be used.</summary>
    public string CpuSetMems { get; init; } = "";

    /// <summary>Whether the caller's proxy variables are passed on.</summary>
    public bool HttpProxy { get; init; } = true;

    /// <summary>Bytes of memory; 0 for no limit.</summary>
    public long Memory { get; init; }

    /// <summary>Bytes of memory and swap together; 0 for no limit.</summary>
    public long MemorySwap { get; init; }

    /// <summary>Search domains.</summary>
    public IReadOnlyList<string> DnsSearch { get; init; } = [];

    /// <summary>Name servers.</summary>
    public IReadOnlyList<string> DnsServers { get; init; } = [];

    /// <summary>Resolver options.</summary>
    public IReadOnlyList<string> DnsOptions { get; init; } = [];

    /// <summary>SELinux label options.</summary>
    public IReadOnlyList<string> LabelOptions { get; init; } = [];

    /// <summary>Whether the image's hosts file stays as it is.</summary>
    public bool NoHosts { get; init; }

    /// <summary>Path of a seccomp profile, or <c>unconfined</c>; empty for the built-in one.</summary>
    public string SeccompProfilePath { get; init; } = "";

    /// <summary>Name of an AppArmor profile; empty for none.</summary>
    public string ApparmorProfile { get; init; } = "";

    /// <summary>Size of <c>/dev/shm</c>, as <c>65536k</c>.</summary>
    public string ShmSize { get; init; } = "65536k";

    /// <summary>Limits, as <c>name=soft:hard</c>.</summary>
    public IReadOnlyList<string> Ulimit { get; init; } = [];

    /// <summary>Volumes, as <c>HOST:CTR[:opts]</c>.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];
}
