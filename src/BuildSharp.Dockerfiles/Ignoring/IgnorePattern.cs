using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Ignoring;

/// <summary>One pattern of an ignore file or of <c>--exclude</c>.</summary>
/// <param name="Glob">The normalised pattern without <c>!</c>.</param>
/// <param name="IsException">Whether the pattern starts with <c>!</c>, so that matching paths are not ignored.</param>
/// <param name="Line">Line number in the ignore file from 1; 0 for a flag.</param>
/// <param name="Text">The pattern as written.</param>
public sealed record IgnorePattern(PathGlob Glob, bool IsException, int Line, string Text)
{
    /// <summary>Parses a pattern with an optional <c>!</c>.</summary>
    /// <exception cref="FormatException">The pattern is only <c>!</c>, or the glob is malformed.</exception>
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

        var clean = SlashPath.Clean(pattern);
        if (clean.Length > 1 && clean[0] == '/')
        {
            clean = clean[1..];
        }

        return new IgnorePattern(PathGlob.Parse(clean), isException, line, text);
    }

    /// <summary>Whether the pattern matches the path or a parent directory.</summary>
    /// <param name="path">Relative path with slashes.</param>
    public bool Matches(string path) => Glob.MatchesPathOrParent(path);
}
