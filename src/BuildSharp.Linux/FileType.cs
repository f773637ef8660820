namespace BuildSharp.Linux;

/// <summary>Kind of a file, with the values of a directory entry's <c>d_type</c>.</summary>
public enum FileType : byte
{
    /// <summary>The file system does not tell in its directories; ask for the status.</summary>
    Unknown = 0,

    /// <summary>A named pipe.</summary>
    Fifo = 1,

    /// <summary>A character device; 0:0 is overlay's whiteout.</summary>
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
