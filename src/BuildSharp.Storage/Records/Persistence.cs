namespace BuildSharp.Storage.Records;

/// <summary>Events that a file's new content must survive.</summary>
internal enum Persistence
{
    /// <summary>End of the process. After a system crash the file is not used any more.</summary>
    Volatile,

    /// <summary>End of the process. After a system crash the file has either the old or the new content. For incomplete marks, and for
    /// containers whose content would not survive a crash either.</summary>
    Ordered,

    /// <summary>System crash: the content is on disk before the rename.</summary>
    Durable,
}
