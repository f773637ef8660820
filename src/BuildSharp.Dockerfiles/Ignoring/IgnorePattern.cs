using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Ignoring;

/// <summary>One pattern of an ignore file or of <c>--exclude</c>.</summary>
/// <param name="Glob">The cleaned pattern, without <c>!</c>.</param>
/// <param name="IsException">Whether a leading <c>!</c> takes paths back in.</param>
/// <param name="Line">Line of the ignore file, counted from 1; 0 when it came from a flag.</param>
/// <param name="Text">The pattern as written.</param>
public sealed record IgnorePattern(PathGlob Glob, bool IsException, int Line, string Text)
{
    /// <summary>Reads a pattern, an optional <c>!</c> included.</summary>
    /// <exception cref="FormatException">A lone <c>!</c>, or a glob that is malformed.</exception>
    public static IgnorePattern Parse(string text, int line = 0)
    {
        var pattern = text.Trim();
        var isException = pattern.StartsWith('!');
        if (isException)
        {
            pattern = pattern[1..].Trim();
        }

        if (pattern.Length == 0)
        {
            throw new FormatException("illegal exclusion pattern: \"!\"");
        }

        var clean = ContextPath.Clean(pattern);
        if (clean.Length > 1 && clean[0] == '/')
        {
            clean = clean[1..];
        }

        return new IgnorePattern(PathGlob.Parse(clean), isException, line, text);
    }

    /// <summary>Whether the pattern matches the path itself or a directory above it.</summary>
    /// <param name="path">Relative, separated by slashes.</param>
    public bool Matches(string path) => Glob.MatchesPathOrParent(path);
}
