namespace BuildSharp.Storage;

/// <summary>What a file's new content must outlive.</summary>
internal enum Persistence
{
    /// <summary>The process: the file is of no use after the machine went down.</summary>
    Volatile,

    /// <summary>The process; and if the machine goes down, the file has the old content or the new. For marks, and for containers whose
    /// content would not outlive that either.</summary>
    Ordered,

    /// <summary>The machine: the content is on the disk before it has the name.</summary>
    Durable,
}
