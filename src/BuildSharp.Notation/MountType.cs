namespace BuildSharp.Notation;

/// <summary>Type of a mount (Dockerfile reference, "RUN --mount").</summary>
public enum MountType
{
    /// <summary>Files from the context, a stage or an image.</summary>
    Bind,

    /// <summary>A directory that is kept after the build.</summary>
    Cache,

    /// <summary>A file system in memory.</summary>
    Tmpfs,

    /// <summary>A file that is not stored in the image.</summary>
    Secret,

    /// <summary>The socket of an SSH agent.</summary>
    Ssh,
}
