namespace BuildSharp.Oci.Layers;

/// <summary>Type of a tar entry, as its type byte (POSIX pax, "ustar Interchange Format", typeflag). Other values may occur.</summary>
public enum TarEntryType : byte
{
    /// <summary>A file with content. The zero byte of old archives is read as this type.</summary>
    RegularFile = (byte)'0',

    /// <summary>A hard link to an earlier entry.</summary>
    HardLink = (byte)'1',

    /// <summary>A symbolic link.</summary>
    SymbolicLink = (byte)'2',

    /// <summary>A character device.</summary>
    CharacterDevice = (byte)'3',

    /// <summary>A block device.</summary>
    BlockDevice = (byte)'4',

    /// <summary>A directory.</summary>
    Directory = (byte)'5',

    /// <summary>A named pipe.</summary>
    Fifo = (byte)'6',

    /// <summary>A file stored contiguously on some old systems; treated as a regular file.</summary>
    ContiguousFile = (byte)'7',
}
