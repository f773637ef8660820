using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>A line of <c>images</c>: one name of an image, or an image without one.</summary>
/// <param name="Name">The full name, or null.</param>
/// <param name="Repository">Its part before the tag, or <c>&lt;none&gt;</c>.</param>
/// <param name="Tag">Its tag, or <c>&lt;none&gt;</c>.</param>
/// <param name="Id">As it is shown: 12 digits, or all with their algorithm.</param>
/// <param name="Digest">Of the manifest.</param>
/// <param name="Created">When the image was made.</param>
/// <param name="Age">How long ago that is, for people.</param>
/// <param name="Size">For people.</param>
/// <param name="IsReadOnly">Whether it is in an additional store.</param>
/// <param name="History">Names it had before.</param>
internal sealed record ImageRow(
    string? Name, string Repository, string Tag, string Id, string Digest, Timestamp Created, string Age, string Size, bool IsReadOnly,
    IReadOnlyList<string> History);
