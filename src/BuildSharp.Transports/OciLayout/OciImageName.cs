using BuildSharp.Oci;

namespace BuildSharp.Transports.OciLayout;

/// <summary>The annotation <c>org.opencontainers.image.ref.name</c>, which names an image of a layout (OCI image-spec,
/// annotations.md).</summary>
internal static class OciImageName
{
    public const string Annotation = "org.opencontainers.image.ref.name";

    /// <summary>Throws when the image-spec's grammar does not allow the name.</summary>
    public static string Check(string name)
    {
        foreach (var component in name.Split('/'))
        {
            if (!IsComponent(component))
            {
                throw new BuildSharpException(
                    $"invalid image name \"{name}\": letters and digits, joined by one of - . _ : @ + or by --, in components separated by /");
            }
        }

        return name;
    }

    /// <summary>Name in the local store for a name in a layout; empty when it is not a valid reference.</summary>
    /// <param name="name">The name in the layout.</param>
    /// <param name="domain">Registry to add when the name has none.</param>
    public static IReadOnlyList<string> ForStore(string? name, string domain)
    {
        if (name is null || !Reference.TryParse(name, out var reference))
        {
            return [];
        }

        return [reference.InDomain(domain).WithDefaultTag().ToString()];
    }

    private static bool IsComponent(string component)
    {
        var afterSeparator = true;
        for (var i = 0; i < component.Length; i++)
        {
            if (char.IsAsciiLetterOrDigit(component[i]))
            {
                afterSeparator = false;
                continue;
            }

            if (afterSeparator || !"-._:@+".Contains(component[i]))
            {
                return false;
            }

            if (component[i] == '-' && i + 1 < component.Length && component[i + 1] == '-')
            {
                i++;
            }

            afterSeparator = true;
        }

        return !afterSeparator;
    }
}
