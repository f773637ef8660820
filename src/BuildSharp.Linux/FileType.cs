namespace BuildSharp.Linux;

/// <summary>Type of a file; the values are those of <c>d_type</c> (readdir(3)).</summary>
public enum FileType : byte
{
    /// <summary>The file system does not store types in directories; read the status instead.</summary>
    Unknown = 0,

    /// <summary>A named pipe.</summary>
    Fifo = 1,

    /// <summary>A character device; 0:0 is an overlay whiteout.</summary>
    CharacterDevice = 2,

    /// <summary>A directory.</summary>
    Directory = 4,

    /// <summary>A block device.</summary>
    BlockDevice = 6,

    /// <summary>A regular file.</summary>
    Regular = 8,

    /// <summary>A symbolic link.</summary>
    SymbolicLink = 10,

    /// <summary>A socket.</summary>
    Socket = 12,
}
