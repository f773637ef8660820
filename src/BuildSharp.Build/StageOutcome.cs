using BuildSharp.Containers;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>What is left of a stage for later ones.</summary>
/// <param name="Container">Its working container, kept when another stage copies from it.</param>
/// <param name="ImageId">Its image, when one was written.</param>
/// <param name="ManifestDigest">Hash of that image's manifest.</param>
/// <param name="Image">Its config as the instructions left it: an OCI image would not hold all of it.</param>
/// <param name="Annotations">Those that an image on top of it inherits, the two that name the base among them.</param>
/// <param name="Scope">What was visible at its end.</param>
internal sealed record StageOutcome(
    WorkingContainer? Container, string? ImageId, Digest ManifestDigest, ImageConfig Image, IEnumerable<KeyValuePair<string, string>> Annotations, BuildScope Scope)
{
    /// <summary>Name of the image that the stage is, when it is its base and nothing more.</summary>
    public string? BaseName { get; init; }
}
