namespace BuildSharp.Linux;

/// <summary>Flags of <c>mount</c> (sys/mount.h).</summary>
[Flags]
public enum MountFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Read-only.</summary>
    ReadOnly = 1,

    /// <summary>setuid and setgid have no effect.</summary>
    NoSetUid = 2,

    /// <summary>Device nodes cannot be opened.</summary>
    NoDevices = 4,

    /// <summary>Nothing can be executed.</summary>
    NoExecute = 8,

    /// <summary>Change flags of an existing mount.</summary>
    Remount = 32,

    /// <summary>Access times are not kept.</summary>
    NoAccessTime = 1024,

    /// <summary>Access times of directories are not kept.</summary>
    NoDirectoryAccessTime = 2048,

    /// <summary>Show a directory at a second place.</summary>
    Bind = 4096,

    /// <summary>Move a mount.</summary>
    Move = 8192,

    /// <summary>With <see cref="Bind"/> or a propagation flag: everything below as well.</summary>
    Recursive = 16384,

    /// <summary>Mounts below stay here and none come in.</summary>
    Private = 1 << 18,

    /// <summary>Mounts below come in from the peer and none go out.</summary>
    Slave = 1 << 19,

    /// <summary>Mounts below are shared with the peers.</summary>
    Shared = 1 << 20,
}
