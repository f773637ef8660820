namespace BuildSharp.Notation;

/// <summary>What kind of thing is mounted.</summary>
public enum MountType
{
    /// <summary>Files of the context, a stage or an image.</summary>
    Bind,

    /// <summary>A directory that outlives the build.</summary>
    Cache,

    /// <summary>Memory.</summary>
    Tmpfs,

    /// <summary>A file that must not reach the image.</summary>
    Secret,

    /// <summary>The socket of an SSH agent.</summary>
    Ssh,
}
