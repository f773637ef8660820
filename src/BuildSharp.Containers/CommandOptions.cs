namespace BuildSharp.Containers;

/// <summary>Options of commands that several verbs share; stored in the container under buildah's names.</summary>
public sealed record CommandOptions
{
    /// <summary>Additional entries for /etc/hosts, <c>NAME:IP</c>.</summary>
    public IReadOnlyList<string> AddHost { get; init; } = [];

    /// <summary>Whether commits omit the history.</summary>
    public bool OmitHistory { get; init; }

    /// <summary>Parent of the commands' cgroups; null for the runtime's choice.</summary>
    public string? CgroupParent { get; init; }

    /// <summary>Scheduling period in microseconds; 0 for the kernel's default.</summary>
    public ulong CpuPeriod { get; init; }

    /// <summary>CPU time in microseconds per period; 0 for no limit.</summary>
    public long CpuQuota { get; init; }

    /// <summary>CPU weight relative to other cgroups; 0 for the kernel's default.</summary>
    public ulong CpuShares { get; init; }

    /// <summary>Allowed CPUs, as in <c>0-2,4</c>; null for all.</summary>
    public string? CpuSetCpus { get; init; }

    /// <summary>Allowed memory nodes; null for all.</summary>
    public string? CpuSetMems { get; init; }

    /// <summary>Whether to pass on the caller's proxy variables.</summary>
    public bool HttpProxy { get; init; } = true;

    /// <summary>Memory limit in bytes; 0 for no limit.</summary>
    public long Memory { get; init; }

    /// <summary>Limit of memory and swap together, in bytes; 0 for no limit.</summary>
    public long MemorySwap { get; init; }

    /// <summary>Search domains.</summary>
    public IReadOnlyList<string> DnsSearch { get; init; } = [];

    /// <summary>Name servers.</summary>
    public IReadOnlyList<string> DnsServers { get; init; } = [];

    /// <summary>Resolver options.</summary>
    public IReadOnlyList<string> DnsOptions { get; init; } = [];

    /// <summary>SELinux label options.</summary>
    public IReadOnlyList<string> LabelOptions { get; init; } = [];

    /// <summary>Whether to keep the image's /etc/hosts.</summary>
    public bool NoHosts { get; init; }

    /// <summary>Path of a seccomp profile, or <c>unconfined</c>; null for the built-in profile.</summary>
    public string? SeccompProfilePath { get; init; }

    /// <summary>Name of an AppArmor profile; null for none.</summary>
    public string? ApparmorProfile { get; init; }

    /// <summary>Paths to mask in addition to the default ones.</summary>
    public IReadOnlyList<string> Masks { get; init; } = [];

    /// <summary>Paths or patterns of default masked paths to leave visible; <c>all</c> for all.</summary>
    public IReadOnlyList<string> Unmasks { get; init; } = [];

    /// <summary>Whether commands cannot gain privileges (no_new_privs).</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>Size of <c>/dev/shm</c>, as <c>65536k</c>.</summary>
    public string ShmSize { get; init; } = "65536k";

    /// <summary>Resource limits, as <c>name=soft:hard</c>.</summary>
    public IReadOnlyList<string> Ulimit { get; init; } = [];

    /// <summary>Volumes, as <c>HOST:CTR[:opts]</c>.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];
}
