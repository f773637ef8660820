using BuildSharp.Oci;

namespace BuildSharp.Registry.Configuration;

/// <summary>A <c>[[registry]]</c> table of registries.conf: how the images below a prefix are reached (containers-registries.conf(5)).</summary>
/// <param name="Prefix"><c>host[:port][/path][:tag|@digest]</c>, or <c>*.domain</c> for all its subdomains.</param>
/// <param name="Location">Replaces the prefix when an image is read; null leaves names as they are, which a wildcard allows.</param>
/// <param name="File">The file, for messages.</param>
public sealed record RegistryRule(string Prefix, string? Location, string File)
{
    /// <summary>Whether certificates need not be valid, and plain HTTP is allowed.</summary>
    public bool Insecure { get; init; }

    /// <summary>Whether images below the prefix may not be used.</summary>
    public bool Blocked { get; init; }

    /// <summary>Servers to read from before the location, in order.</summary>
    public IReadOnlyList<RegistryMirror> Mirrors { get; init; } = [];

    /// <summary>Whether the rule applies to a name: a prefix ends where a component, the tag or the digest begins, and a port must be
    /// equal.</summary>
    /// <param name="name">A name with a domain.</param>
    public bool Covers(Reference name)
    {
        if (Prefix.StartsWith("*.", StringComparison.Ordinal))
        {
            return name.Domain.EndsWith(Prefix[1..], StringComparison.Ordinal) && name.Domain.Length > Prefix.Length - 1;
        }

        var text = name.ToString();
        return Prefix.Contains('/')
            ? text.StartsWith(Prefix, StringComparison.Ordinal) && (text.Length == Prefix.Length || text[Prefix.Length] is '/' or ':' or '@')
            : name.Domain == Prefix;
    }

    /// <summary>The name with the prefix replaced.</summary>
    /// <param name="name">A name that the rule covers.</param>
    /// <param name="location">Replaces the prefix; null for no replacement.</param>
    /// <exception cref="BuildSharpException">The result is no name, or has another tag or digest.</exception>
    public Reference Rewrite(Reference name, string? location)
    {
        if (location is null)
        {
            return name;
        }

        var covered = Prefix.StartsWith("*.", StringComparison.Ordinal) ? name.Domain.Length : Prefix.Length;
        var text = location + name.ToString()[covered..];
        if (!Reference.TryParse(text, out var rewritten) || rewritten.IsShort || rewritten.Tag != name.Tag || rewritten.Digest != name.Digest)
        {
            throw new BuildSharpException($"{File}: the location {location} makes {text} of {name}, which is not a name of the same tag and digest");
        }

        return rewritten.InDomain("docker.io");
    }
}
