namespace BuildSharp.Dockerfiles.Ignoring;

/// <summary>Paths of a context to ignore, as ordered patterns (Dockerfile reference, ".dockerignore file"). The last matching pattern
/// decides.</summary>
public sealed class IgnoreFile
{
    private readonly bool _hasExceptions;

    /// <summary>Creates an ignore file from parsed patterns, for example those of <c>--exclude</c>.</summary>
    public IgnoreFile(IReadOnlyList<IgnorePattern> patterns, string name = "")
    {
        Patterns = patterns;
        Name = name;
        _hasExceptions = patterns.Any(pattern => pattern.IsException);
    }

    /// <summary>An ignore file without patterns.</summary>
    public static IgnoreFile Empty { get; } = new([]);

    /// <summary>The patterns in order.</summary>
    public IReadOnlyList<IgnorePattern> Patterns { get; }

    /// <summary>Name of the file in messages.</summary>
    public string Name { get; }

    /// <summary>Parses an ignore file. Comments start in the first column; white space around a pattern is ignored.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="name">Name of the file in messages, for example <c>.dockerignore</c>.</param>
    /// <exception cref="BuildSharp.Oci.BuildSharpException">A pattern is malformed; the message names file and line.</exception>
    public static IgnoreFile Parse(string text, string name = ".dockerignore")
    {
        var patterns = new List<IgnorePattern>();
        var number = 0;
        foreach (var raw in text.StartsWith('\uFEFF') ? text[1..].Split('\n') : text.Split('\n'))
        {
            number++;
            if (raw.StartsWith('#') || raw.AsSpan().Trim().IsEmpty)
            {
                continue;
            }

            patterns.Add(Read(raw, number, name));
        }

        return new IgnoreFile(patterns, name);
    }

    /// <summary>Patterns from <c>--exclude</c> flags; an empty pattern matches nothing.</summary>
    /// <exception cref="BuildSharp.Oci.BuildSharpException">A pattern is malformed; the message names the flag.</exception>
    public static IgnoreFile OfFlags(IEnumerable<string> patterns) =>
        new([.. patterns.Where(pattern => !pattern.AsSpan().Trim().IsEmpty).Select(pattern => Read(pattern, 0, "--exclude"))], "--exclude");

    /// <summary>Whether a path is ignored.</summary>
    /// <param name="path">Path relative to the context's root, with slashes, without a leading one.</param>
    public bool IsIgnored(string path) => FindRule(path) is { IsException: false };

    /// <summary>The deciding pattern: the last that matches the path or a parent directory; null for none.</summary>
    /// <param name="path">As in <see cref="IsIgnored"/>.</param>
    public IgnorePattern? FindRule(string path)
    {
        // The last match decides, so search from the end.
        for (var i = Patterns.Count - 1; i >= 0; i--)
        {
            if (Patterns[i].Matches(path))
            {
                return Patterns[i];
            }
        }

        return null;
    }

    /// <summary>Whether an exception (<c>!</c>) may match a path below an ignored directory. If not, the directory need not be
    /// read.</summary>
    /// <param name="directory">Path relative to the context's root, with slashes; empty for the root.</param>
    public bool CouldContainExceptions(string directory)
    {
        if (!_hasExceptions)
        {
            return false;
        }

        foreach (var pattern in Patterns)
        {
            if (pattern.IsException && (pattern.Glob.CouldMatchBelow(directory) || pattern.Matches(directory)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether an exception starts with the directory's path without wildcards.</summary>
    /// <param name="directory">Path relative to the context's root, with slashes; empty for the root.</param>
    public bool NamesExceptionBelow(string directory) => Patterns.Any(pattern =>
        pattern.IsException && (directory.Length == 0 || pattern.Glob.Text.StartsWith(directory + "/", StringComparison.Ordinal)));

    private static IgnorePattern Read(string raw, int number, string name)
    {
        try
        {
            return IgnorePattern.Parse(raw, number);
        }
        catch (FormatException error)
        {
            throw new BuildSharp.Oci.BuildSharpException(number == 0 ? $"{name}: {error.Message}" : $"{name}:{number}: {error.Message}", error);
        }
    }
}
