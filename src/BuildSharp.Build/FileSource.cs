using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>What <c>--from</c> of COPY and <c>from=</c> of a mount name.</summary>
/// <param name="Files">The files.</param>
internal sealed record FileSource(BuildContext Files)
{
    /// <summary>Whether it is an image, which must not change.</summary>
    public bool IsImage { get; init; }

    /// <summary>Digest of the manifest of the image, or of a stage that was committed; the default for other sources.</summary>
    public Digest Manifest { get; init; }

    /// <summary>Whether it is a stage that this build has executed, at least in part.</summary>
    public bool IsNew { get; init; }
}
