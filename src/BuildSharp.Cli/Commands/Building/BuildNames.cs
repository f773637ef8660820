using BuildSharp.Oci;
using BuildSharp.Transports;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>Names from <c>--tag</c>: the first may be a reference of any transport, the others are names in the store.</summary>
internal sealed class BuildNames
{
    /// <exception cref="BuildSharpException">A tag is not an image name.</exception>
    public BuildNames(IReadOnlyList<string> tags)
    {
        Shown = tags.Count > 0 ? tags[0] : null;
        var local = tags;
        if (tags.Count > 0 && TransportTable.TryParse(tags[0], out var location))
        {
            Elsewhere = location;
            local = [.. tags.Skip(1)];
        }

        Local = [.. local.Select(FullName)];
    }

    /// <summary>The first tag as typed.</summary>
    public string? Shown { get; }

    /// <summary>Full names to give the image in the store.</summary>
    public IReadOnlyList<string> Local { get; }

    /// <summary>Destination named by the first tag; null when that is a name in the store.</summary>
    public ImageLocation? Elsewhere { get; }

    private static string FullName(string tag)
    {
        try
        {
            return Reference.ParseLocal(tag).ToString();
        }
        catch (BuildSharpException error)
        {
            throw new BuildSharpException($"tag {tag}: {error.Message}", error);
        }
    }
}
