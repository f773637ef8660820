namespace BuildSharp.Oci.Reporting;

/// <summary>Kinds of work whose progress is reported.</summary>
public enum ProgressKind
{
    /// <summary>A blob of an image is copied; the item's name is the blob's digest at the source.</summary>
    Blob,

    /// <summary>A layer is created from the changes in a container.</summary>
    Layer,

    /// <summary>Files are copied into a container; the name is the source's path, from the context's root or absolute.</summary>
    Files,

    /// <summary>An archive is unpacked into a container; its own bytes are counted, compressed or not.</summary>
    Archive,

    /// <summary>Files are hashed, to compare them with those of an earlier build.</summary>
    Hash,

    /// <summary>A step of a build is executed, of which other items may be parts; the name is the text to show, and no bytes are
    /// counted.</summary>
    Step,

    /// <summary>Another process is waited for; the name says what it does, and no bytes are counted.</summary>
    Wait,

    /// <summary>A file is downloaded; the name is its URL without credentials.</summary>
    Download,
}
