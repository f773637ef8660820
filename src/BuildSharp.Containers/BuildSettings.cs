using BuildSharp.Running;
using BuildSharp.Running.Spec;

namespace BuildSharp.Containers;

/// <summary>Default settings for commands in a working container; set by <c>from</c>, used by <c>run</c>.</summary>
public sealed record BuildSettings
{
    /// <summary>How commands are isolated from the host.</summary>
    public Isolation Isolation { get; init; } = Isolation.Oci;

    /// <summary>One entry for each kind of namespace.</summary>
    public IReadOnlyList<NamespaceOption> Namespaces { get; init; } = NamespaceOption.Defaults;

    /// <summary>Whether commands get a network.</summary>
    public NetworkPolicy Network { get; init; }

    /// <summary>Capabilities of commands, with prefix, as in <c>CAP_CHOWN</c>.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = CapabilitySet.DefaultNames;

    /// <summary>Additional groups of commands.</summary>
    public IReadOnlyList<string> GroupAdd { get; init; } = [];

    /// <summary>Devices for commands, as <c>SRC[:DST][:rwm]</c> or <c>VENDOR/CLASS=NAME</c>.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>Directory with the files that describe CDI devices; null for the usual ones.</summary>
    public string? CdiDirectory { get; init; }

    /// <summary>Name resolution, limits, security options and volumes.</summary>
    public CommandOptions Commands { get; init; } = new();
}

/// <summary>Choice for one kind of namespace.</summary>
/// <param name="Name"><c>cgroup</c>, <c>ipc</c>, <c>mount</c>, <c>network</c>, <c>pid</c>, <c>user</c> or <c>uts</c>.</param>
/// <param name="Host">Whether to share the host's namespace.</param>
/// <param name="Path">Path of a namespace to join; null for a new one. For <c>network</c> also the name of a network.</param>
public sealed record NamespaceOption(string Name, bool Host = false, string? Path = null)
{
    /// <summary>New namespaces except for user and cgroup.</summary>
    public static IReadOnlyList<NamespaceOption> Defaults { get; } =
    [
        new("cgroup", Host: true), new("ipc"), new("mount"), new("network"), new("pid"), new("user", Host: true), new("uts"),
    ];
}

/// <summary>Network policy of a container; the values are buildah's.</summary>
public enum NetworkPolicy
{
    /// <summary>Decided by the namespaces.</summary>
    Default,

    /// <summary>No network.</summary>
    Disabled,

    /// <summary>Always set up.</summary>
    Enabled,
}
