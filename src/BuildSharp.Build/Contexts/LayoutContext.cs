using BuildSharp.Oci;

namespace BuildSharp.Build.Contexts;

/// <summary>Reads <c>oci-layout://DIRECTORY[:TAG][@DIGEST]</c>, the form BuildKit's command lines have for an image of an OCI layout.</summary>
/// <remarks>Of tag and digest the digest decides. With neither it is the image <c>latest</c>, or the only one there is.</remarks>
internal static class LayoutContext
{
    private const string Index = "index.json";
    private const string NameAnnotation = "org.opencontainers.image.ref.name";
    private static readonly string[] Prefixes = ["oci-layout://", "oci-layout:"];

    /// <summary>The image; null when the text is of another form.</summary>
    /// <param name="name">The context's name, for messages.</param>
    /// <param name="place">What stands after it.</param>
    /// <param name="here">Where a relative directory starts.</param>
    /// <exception cref="BuildSharpException">There is no layout there, or what follows its directory is no tag or digest.</exception>
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

    /// <summary>Splits at the first such sign in the last component: directories above may have any name.</summary>
    private static (string Before, string? After) Cut(string text, char sign)
    {
        var at = text.IndexOf(sign, text.LastIndexOf('/') + 1);
        return at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
    }

    private static bool HasLatest(string layout) =>
        ImageIndex.Parse(File.ReadAllBytes(Path.Combine(layout, Index)), MediaType.OciIndex).Manifests
            .Any(entry => entry.Annotations.GetValueOrDefault(NameAnnotation) == "latest");
}
