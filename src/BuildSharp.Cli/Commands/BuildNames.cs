using BuildSharp.Oci;
using BuildSharp.Transports;

namespace BuildSharp.Cli.Commands;

/// <summary>What <c>--tag</c> asks for: the first may be any transport's place, the rest are names in the store.</summary>
internal sealed class BuildNames
{
    /// <exception cref="BuildSharpException">A tag is no image name.</exception>
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

    /// <summary>Full names for the store.</summary>
    public IReadOnlyList<string> Local { get; }

    /// <summary>The place the first tag names, if it is not in the store.</summary>
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
