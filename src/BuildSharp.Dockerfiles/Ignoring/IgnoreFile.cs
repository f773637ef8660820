namespace BuildSharp.Dockerfiles.Ignoring;

/// <summary>Which paths of a context a build does not see: ordered patterns, of which the last that matches decides.</summary>
public sealed class IgnoreFile
{
    private readonly bool _hasExceptions;

    /// <summary>Wraps patterns that are already read, for example those of <c>--exclude</c> flags.</summary>
    public IgnoreFile(IReadOnlyList<IgnorePattern> patterns, string name = "")
    {
        Patterns = patterns;
        Name = name;
        _hasExceptions = patterns.Any(pattern => pattern.IsException);
    }

    /// <summary>Ignores nothing.</summary>
    public static IgnoreFile Empty { get; } = new([]);

    /// <summary>The patterns in order.</summary>
    public IReadOnlyList<IgnorePattern> Patterns { get; }

    /// <summary>The file's name, for messages.</summary>
    public string Name { get; }

    /// <summary>Reads an ignore file: comments start in the first column, white space around a pattern never counts.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="name">The name messages use, for example <c>.dockerignore</c>.</param>
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

    /// <summary>The patterns of <c>--exclude</c> flags; an empty one excludes nothing.</summary>
    /// <exception cref="BuildSharp.Oci.BuildSharpException">A pattern is malformed; the message names the flag.</exception>
    public static IgnoreFile OfFlags(IEnumerable<string> patterns) =>
        new([.. patterns.Where(pattern => !pattern.AsSpan().Trim().IsEmpty).Select(pattern => Read(pattern, 0, "--exclude"))], "--exclude");

    /// <summary>Whether a path is left out of the context.</summary>
    /// <param name="path">Relative to the context's root, separated by slashes, without one at the start.</param>
    public bool IsIgnored(string path) => FindRule(path) is { IsException: false };

    /// <summary>The pattern that decides about a path: the last that matches it or a directory above it, or null.</summary>
    /// <param name="path">As for <see cref="IsIgnored"/>.</param>
    public IgnorePattern? FindRule(string path)
    {
        // The last match decides, so the search starts at the end.
        for (var i = Patterns.Count - 1; i >= 0; i--)
        {
            if (Patterns[i].Matches(path))
            {
                return Patterns[i];
            }
        }

        return null;
    }

    /// <summary>Whether an exception may take something below an ignored directory back in. Where this is false a walk need not enter
    /// the directory.</summary>
    /// <param name="directory">Relative to the context's root, separated by slashes; empty for the root.</param>
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

    /// <summary>Whether an exception begins with the directory's own path, without a wildcard up to there.</summary>
    /// <param name="directory">Relative to the context's root, separated by slashes; empty for the root.</param>
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
            throw new Oci.BuildSharpException(number == 0 ? $"{name}: {error.Message}" : $"{name}:{number}: {error.Message}", error);
        }
    }
}
