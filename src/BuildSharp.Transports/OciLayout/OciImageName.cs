using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>The value of <c>org.opencontainers.image.ref.name</c>: what distinguishes the images of a layout.</summary>
internal static class OciImageName
{
    public const string Annotation = "org.opencontainers.image.ref.name";

    /// <summary>Refuses a name that the image-spec's grammar does not allow.</summary>
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

    /// <summary>The name for the local store that goes with a layout's name; empty when it cannot be one.</summary>
    /// <param name="name">The layout's name.</param>
    /// <param name="domain">The registry of a name that names none.</param>
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
