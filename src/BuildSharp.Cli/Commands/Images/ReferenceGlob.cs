using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Images;

/// <summary>A pattern of <c>--filter reference=</c>: <c>*</c> and <c>?</c> do not match a slash.</summary>
internal sealed class ReferenceGlob
{
    private readonly PathGlob _glob;

    private ReferenceGlob(PathGlob glob) => _glob = glob;

    /// <summary>Parses a pattern.</summary>
    /// <exception cref="BuildSharpException">The pattern is malformed.</exception>
    public static ReferenceGlob Parse(string pattern)
    {
        try
        {
            return new ReferenceGlob(PathGlob.ParsePlain(pattern));
        }
        catch (FormatException error)
        {
            throw new BuildSharpException($"filter reference={pattern}: {error.Message}", error);
        }
    }

    /// <summary>Whether the pattern matches a stored name, with or without its tag, or the last path components of that name.</summary>
    public bool Matches(string name)
    {
        if (!Reference.TryParse(name, out var reference))
        {
            return name == _glob.Text;
        }

        var tag = reference.Tag is { } text ? ":" + text : "";
        var parts = reference.Name.Split('/');
        return Enumerable.Range(0, parts.Length)
            .Select(first => string.Join('/', parts.Skip(first)))
            .Any(last => _glob.Matches(last) || _glob.Matches(last + tag));
    }
}
