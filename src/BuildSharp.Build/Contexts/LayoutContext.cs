using BuildSharp.Oci;

namespace BuildSharp.Build.Contexts;

/// <summary>Parses <c>oci-layout://DIRECTORY[:TAG][@DIGEST]</c>, BuildKit's form for an image of an OCI layout.</summary>
/// <remarks>The digest has precedence over the tag. Without both, it is the image <c>latest</c>, or the only image.</remarks>
internal static class LayoutContext
{
    private const string Index = "index.json";
    private const string NameAnnotation = "org.opencontainers.image.ref.name";
    private static readonly string[] Prefixes = ["oci-layout://", "oci-layout:"];

    /// <summary>Parses the image; null when the text has another form.</summary>
    /// <param name="name">Name of the context, for messages.</param>
    /// <param name="place">The value after the name.</param>
    /// <param name="here">Directory that relative paths start from.</param>
    /// <exception cref="BuildSharpException">The directory is not a layout, or the text after it is not a tag or digest.</exception>
    public static ImageContext? TryRead(string name, string place, string here)
    {
        if (Prefixes.FirstOrDefault(prefix => place.StartsWith(prefix, StringComparison.Ordinal)) is not { } prefix)
        {
            return null;
        }

        (var rest, var digest) = Cut(place[prefix.Length..], '@');
        (var directory, var tag) = Cut(rest, ':');
        var path = Path.GetFullPath(directory, here);
        if (!File.Exists(Path.Combine(path, Index)))
        {
            throw new BuildSharpException($"--build-context {name}={place}: {path} is not an OCI layout: there is no {Index}");
        }

        if (digest is not null && !Digest.TryParse(digest, out _))
        {
            throw new BuildSharpException($"--build-context {name}={place}: \"{digest}\" is no digest; write it as sha256: and 64 hexadecimal digits");
        }

        if (tag is "")
        {
            throw new BuildSharpException($"--build-context {name}={place}: there is no tag after the colon");
        }

        var image = digest is not null ? $":@{digest}" : tag is not null ? $":{tag}" : HasLatest(path) ? ":latest" : "";
        return new ImageContext($"oci:{path}{image}");
    }

    /// <summary>Splits at the first <paramref name="sign"/> in the last path component; parent directories may contain it.</summary>
    private static (string Before, string? After) Cut(string text, char sign)
    {
        var at = text.IndexOf(sign, text.LastIndexOf('/') + 1);
        return at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
    }

    private static bool HasLatest(string layout) =>
        ImageIndex.Parse(File.ReadAllBytes(Path.Combine(layout, Index)), MediaType.OciIndex).Manifests
            .Any(entry => entry.Annotations.GetValueOrDefault(NameAnnotation) == "latest");
}
