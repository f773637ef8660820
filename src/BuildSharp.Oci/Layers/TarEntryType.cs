namespace BuildSharp.Oci.Layers;

/// <summary>Kind of a tar entry, by its type byte (POSIX pax, "ustar Interchange Format", typeflag). Other bytes may occur.</summary>
public enum TarEntryType : byte
{
    /// <summary>A file with content. The old spelling of the type, a zero byte, is read as this one.</summary>
    RegularFile = (byte)'0',

    /// <summary>Another name of an entry that came before.</summary>
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

    /// <summary>A file that some systems stored in one piece; a regular file to us.</summary>
    ContiguousFile = (byte)'7',
}
