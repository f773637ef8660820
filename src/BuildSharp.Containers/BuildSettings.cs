using BuildSharp.Containers.Running;

namespace BuildSharp.Containers;

/// <summary>How commands run in a working container unless a call says otherwise: what <c>from</c> was told and <c>run</c> uses.</summary>
public sealed record BuildSettings
{
    /// <summary>How commands are kept apart from the machine.</summary>
    public Isolation Isolation { get; init; } = Isolation.Oci;

    /// <summary>One entry for each kind of namespace.</summary>
    public IReadOnlyList<NamespaceOption> Namespaces { get; init; } = NamespaceOption.Defaults;

    /// <summary>Whether a network is set up.</summary>
    public NetworkPolicy Network { get; init; }

    /// <summary>Capabilities that commands have, as <c>CAP_CHOWN</c>.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = DefaultCapabilities;

    /// <summary>Further groups of commands.</summary>
    public IReadOnlyList<string> GroupAdd { get; init; } = [];

    /// <summary>Devices that commands see, as <c>SRC[:DST][:rwm]</c>.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>Name resolution, limits, security options and volumes.</summary>
    public CommandOptions Commands { get; init; } = new();

    /// <summary>What commands may do when nothing was said: containers-common's list, which unlike Docker's has no NET_RAW, MKNOD and
    /// AUDIT_WRITE.</summary>
    public static IReadOnlyList<string> DefaultCapabilities { get; } =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_NET_BIND_SERVICE", "CAP_SETFCAP", "CAP_SETGID",
        "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_CHROOT",
    ];
}

/// <summary>One kind of namespace.</summary>
/// <param name="Name"><c>cgroup</c>, <c>ipc</c>, <c>mount</c>, <c>network</c>, <c>pid</c>, <c>user</c> or <c>uts</c>.</param>
/// <param name="Host">Whether the machine's is used.</param>
/// <param name="Path">One to join; empty for a new one. For networks also a network's name.</param>
public sealed record NamespaceOption(string Name, bool Host = false, string Path = "")
{
    /// <summary>New ones but for users and cgroups.</summary>
    public static IReadOnlyList<NamespaceOption> Defaults { get; } =
    [
        new("cgroup", Host: true), new("ipc"), new("mount"), new("network"), new("pid"), new("user", Host: true), new("uts"),
    ];
}

/// <summary>Whether commands get a network.</summary>
public enum NetworkPolicy
{
    /// <summary>As the namespaces suggest.</summary>
    Default,

    /// <summary>None.</summary>
    Disabled,

    /// <summary>Set up in any case.</summary>
    Enabled,
}
