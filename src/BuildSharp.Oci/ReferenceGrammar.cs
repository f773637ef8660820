namespace BuildSharp.Oci;

/// <summary>Parser for <see cref="Reference"/> that says which rule was violated.</summary>
internal static class ReferenceGrammar
{
    private const int LongestName = 255;
    private const int LongestTag = 128;

    public static Reference? Parse(string text, out string problem)
    {
        problem = "";
        var rest = text;
        Digest? digest = null;
        if (rest.IndexOf('@') is >= 0 and var at)
        {
            if (!Digest.TryParse(rest[(at + 1)..], out var parsed))
            {
                return Fail($"\"{rest[(at + 1)..]}\" is not a sha256 or sha512 digest", out problem);
            }

            digest = parsed;
            rest = rest[..at];
        }

        string? tag = null;
        if (rest.LastIndexOf(':') is >= 0 and var colon && colon > rest.LastIndexOf('/'))
        {
            tag = rest[(colon + 1)..];
            rest = rest[..colon];
            if (!IsTag(tag))
            {
                return Fail($"\"{tag}\" is not a tag: up to {LongestTag} letters, digits, _ . and -, not starting with . or -", out problem);
            }
        }

        if (rest.Length == 0)
        {
            return Fail("the name is empty", out problem);
        }

        var (domain, path) = SplitDomain(rest);
        if (domain.Length > 0 && !IsDomain(domain))
        {
            return Fail($"\"{domain}\" is not a host name with an optional port", out problem);
        }

        if (path.AsSpan().ContainsAnyInRange('A', 'Z'))
        {
            return Fail("repository name must be lowercase", out problem);
        }

        foreach (var component in path.Split('/'))
        {
            if (!IsPathComponent(component))
            {
                return Fail(
                    $"\"{component}\" is not a name component: lower-case letters and digits, joined by one . or _, by __ or by dashes",
                    out problem);
            }
        }

        if (rest.Length > LongestName)
        {
            return Fail($"the name is longer than {LongestName} characters", out problem);
        }

        if (rest.Length == 64 && rest.AsSpan().IndexOfAnyExcept("0123456789abcdef") < 0)
        {
            return Fail("64 hexadecimal digits are an image ID, not a name", out problem);
        }

        return new Reference { Domain = domain, Path = path, Tag = tag, Digest = digest };
    }

    public static bool IsTag(string tag) =>
        tag.Length is > 0 and <= LongestTag && tag[0] is not ('.' or '-')
        && tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');

    private static Reference? Fail(string message, out string problem)
    {
        problem = message;
        return null;
    }

    // The first component is a host only if it looks like one: in "a/b" it is part of the path.
    private static (string Domain, string Path) SplitDomain(string name)
    {
        var slash = name.IndexOf('/');
        if (slash < 0)
        {
            return ("", name);
        }

        var first = name[..slash];
        return first.AsSpan().ContainsAny('.', ':') || first == "localhost" ? (first, name[(slash + 1)..]) : ("", name);
    }

    private static bool IsDomain(string domain)
    {
        var colon = domain.IndexOf(':');
        var host = colon < 0 ? domain : domain[..colon];
        var port = colon < 0 ? null : domain[(colon + 1)..];
        return port is null or { Length: > 0 } && port?.All(char.IsAsciiDigit) != false && host.Split('.').All(IsDomainComponent);
    }

    private static bool IsDomainComponent(string component) =>
        component.Length > 0 && component[0] != '-' && component[^1] != '-'
        && component.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private static bool IsPathComponent(string component)
    {
        var i = 0;
        while (true)
        {
            var start = i;
            while (i < component.Length && (char.IsAsciiLetterLower(component[i]) || char.IsAsciiDigit(component[i])))
            {
                i++;
            }

            if (i == start)
            {
                return false;
            }

            if (i == component.Length)
            {
                return true;
            }

            i += SeparatorLength(component.AsSpan(i));
        }
    }

    // Length of the separator at the start of the text; 0 for any other character, which the caller rejects.
    private static int SeparatorLength(ReadOnlySpan<char> text)
    {
        if (text[0] == '-')
        {
            return text.IndexOfAnyExcept('-') is >= 0 and var end ? end : text.Length;
        }

        return text[0] switch { '_' when text.StartsWith("__") => 2, '_' or '.' => 1, _ => 0 };
    }
}
