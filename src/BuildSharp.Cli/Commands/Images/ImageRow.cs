using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Images;

/// <summary>One row of <c>images</c>: one name of an image, or an image without names.</summary>
/// <param name="Name">Full name; null when the image has none.</param>
/// <param name="Repository">Name without the tag, or <c>&lt;none&gt;</c>.</param>
/// <param name="Tag">The tag, or <c>&lt;none&gt;</c>.</param>
/// <param name="Id">As shown: 12 hex digits, or the full ID with its algorithm.</param>
/// <param name="Digest">Digest of the manifest.</param>
/// <param name="Created">Creation time.</param>
/// <param name="Age">Time since creation, rounded, for people.</param>
/// <param name="Size">Size with a unit, for people.</param>
/// <param name="IsReadOnly">Whether the image is in an additional image store.</param>
/// <param name="History">Former names.</param>
internal sealed record ImageRow(
    string? Name, string Repository, string Tag, string Id, string Digest, Timestamp Created, string Age, string Size, bool IsReadOnly,
    IReadOnlyList<string> History);
