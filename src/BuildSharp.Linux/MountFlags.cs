namespace BuildSharp.Linux;

/// <summary>Flags of <c>mount</c> (mount(2)).</summary>
[Flags]
public enum MountFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Read-only.</summary>
    ReadOnly = 1,

    /// <summary>Ignore setuid and setgid.</summary>
    NoSetUid = 2,

    /// <summary>Do not open device nodes.</summary>
    NoDevices = 4,

    /// <summary>Do not execute programs.</summary>
    NoExecute = 8,

    /// <summary>Change flags of an existing mount.</summary>
    Remount = 32,

    /// <summary>Do not update access times.</summary>
    NoAccessTime = 1024,

    /// <summary>Do not update access times of directories.</summary>
    NoDirectoryAccessTime = 2048,

    /// <summary>Mount a directory at a second path.</summary>
    Bind = 4096,

    /// <summary>Move a mount.</summary>
    Move = 8192,

    /// <summary>With <see cref="Bind"/> or a propagation flag: include all mounts below.</summary>
    Recursive = 16384,

    /// <summary>Do not propagate mounts, and allow no bind mount of this one.</summary>
    Unbindable = 1 << 17,

    /// <summary>Do not propagate mounts in either direction.</summary>
    Private = 1 << 18,

    /// <summary>Receive mounts from the peer group, but propagate none to it.</summary>
    Slave = 1 << 19,

    /// <summary>Propagate mounts to and from the peer group.</summary>
    Shared = 1 << 20,

    /// <summary>Update access times only if they are older than the modification.</summary>
    RelativeAccessTime = 1 << 21,

    /// <summary>Always update access times.</summary>
    StrictAccessTime = 1 << 24,
}
