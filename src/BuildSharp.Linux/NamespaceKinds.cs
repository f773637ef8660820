namespace BuildSharp.Linux;

/// <summary>Kinds of namespaces (namespaces(7)), with the values of unshare(2).</summary>
[Flags]
public enum NamespaceKinds
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Mounts.</summary>
    Mount = 0x0002_0000,

    /// <summary>The root of the control groups.</summary>
    Cgroup = 0x0200_0000,

    /// <summary>Hostname.</summary>
    Uts = 0x0400_0000,

    /// <summary>Message queues and shared memory.</summary>
    Ipc = 0x0800_0000,

    /// <summary>Process ids; for the children that are started later, not for the caller.</summary>
    Pid = 0x2000_0000,

    /// <summary>Network.</summary>
    Network = 0x4000_0000,
}
