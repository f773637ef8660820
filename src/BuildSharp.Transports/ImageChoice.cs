using System.Globalization;
using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>Selects an image of a layout or archive: by name, by position (<c>@2</c>), by digest of its manifest, or the only
/// image.</summary>
/// <param name="Name">The name, if given.</param>
/// <param name="Index">The position from 0, if given.</param>
/// <param name="Digest">Digest of the manifest or list, if given.</param>
internal readonly record struct ImageChoice(string? Name, int? Index, Digest? Digest = null)
{
    /// <summary>Splits <c>path[:name|:@index|:@digest]</c> at the first colon.</summary>
    /// <exception cref="BuildSharpException">The path is missing, or the text after <c>@</c> is neither a number nor a digest.</exception>
    public static (string Path, ImageChoice Choice) Split(string transport, string details)
    {
        var colon = details.IndexOf(':');
        var path = colon < 0 ? details : details[..colon];
        if (path.Length == 0)
        {
            throw new BuildSharpException($"{transport}:{details}: a path is needed after \"{transport}:\"");
        }

        var name = colon < 0 ? "" : details[(colon + 1)..];
        if (!name.StartsWith('@'))
        {
            return (path, new ImageChoice(name.Length == 0 ? null : name, null));
        }

        if (BuildSharp.Oci.Digest.TryParse(name[1..], out var digest))
        {
            return (path, new ImageChoice(null, null, digest));
        }

        return int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? (path, new ImageChoice(null, index))
            : throw new BuildSharpException($"{transport}:{details}: \"{name}\" is neither the place of an image, such as @0, nor a digest");
    }

    /// <summary>Whether the choice can only select an image to read, because it has no name for a new one.</summary>
    public bool IsForReading => Index is not null || Digest is not null;

    /// <summary>The part after the path: empty, <c>:name</c>, <c>:@index</c> or <c>:@digest</c>.</summary>
    public override string ToString() => Name is not null ? ":" + Name : Index is { } index ? $":@{index}" : Digest is { } digest ? $":@{digest}" : "";
}
