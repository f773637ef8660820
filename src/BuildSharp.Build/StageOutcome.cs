using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>Result of a stage, for later stages.</summary>
/// <param name="Container">Its working container, kept when another stage copies from it.</param>
/// <param name="ImageId">Its image, when one was committed.</param>
/// <param name="ManifestDigest">Digest of that image's manifest.</param>
/// <param name="Image">Its config after the last instruction; an OCI image cannot hold all of it.</param>
/// <param name="Annotations">Annotations that an image based on it inherits, including the two that name the base.</param>
/// <param name="Scope">Variables at the end of the stage.</param>
internal sealed record StageOutcome(
    IStageContainer? Container, string? ImageId, Digest ManifestDigest, ImageConfig Image, IEnumerable<KeyValuePair<string, string>> Annotations, BuildScope Scope)
{
    /// <summary>Name of the stage's base image, when the stage has no instructions and is that image; else null.</summary>
    public string? BaseName { get; init; }

    /// <summary>Whether a step was executed, and not all were found in the cache.</summary>
    public bool IsNew { get; init; }
}
