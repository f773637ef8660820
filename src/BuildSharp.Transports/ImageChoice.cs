using System.Globalization;
using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>Which image of a layout or archive: by name, by place (<c>@2</c>), or the only one.</summary>
/// <param name="Name">The name, if one was given.</param>
/// <param name="Index">The place from 0, if one was given.</param>
internal readonly record struct ImageChoice(string? Name, int? Index)
{
    /// <summary>Splits <c>path[:name|:@index]</c> at the first colon.</summary>
    /// <exception cref="BuildSharpException">No path, or a place that is no number.</exception>
    public static (string Path, ImageChoice Choice) Split(string transport, string details)
    {
        var colon = details.IndexOf(':');
        var path = colon < 0 ? details : details[..colon];
        if (path.Length == 0)
            throw new BuildSharpException($"{transport}:{details}: a path is needed after \"{transport}:\"");

        var name = colon < 0 ? "" : details[(colon + 1)..];
        if (!name.StartsWith('@'))
            return (path, new ImageChoice(name.Length == 0 ? null : name, null));

        return int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? (path, new ImageChoice(null, index))
            : throw new BuildSharpException($"{transport}:{details}: \"{name}\" is not the place of an image, such as @0");
    }

    /// <summary>The form after the path: empty, <c>:name</c> or <c>:@index</c>.</summary>
    public override string ToString() => Name is not null ? ":" + Name : Index is { } index ? $":@{index}" : "";
}
