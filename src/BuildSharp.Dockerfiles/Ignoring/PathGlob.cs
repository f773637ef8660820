using System.Diagnostics.CodeAnalysis;
using BuildSharp.Dockerfiles.Grammar;
using BuildSharp.Dockerfiles.Grammar.Combinators;

namespace BuildSharp.Dockerfiles.Ignoring;

/// <summary>A Docker path pattern: <c>*</c> and <c>?</c> stop at slashes, <c>[a-z]</c> and <c>[^a]</c> are classes, <c>\c</c> is that
/// character, <c>**</c> is any number of directories. Matching follows the set of places in the pattern that are reached, so that no
/// pattern takes more than its length times the path's.</summary>
public sealed class PathGlob
{
    private readonly IReadOnlyList<GlobToken> _tokens;

    private PathGlob(string text, IReadOnlyList<GlobToken> tokens)
    {
        Text = text;
        _tokens = tokens;
        IsLiteral = tokens.All(token => token is GlobToken.Literal);
        HasDoubleStar = tokens.Any(token => token is GlobToken.Everything or GlobToken.Directories);
        LiteralText = IsLiteral ? string.Concat(tokens.Select(token => ((GlobToken.Literal)token).Text)) : null;
    }

    /// <summary>The pattern as written.</summary>
    public string Text { get; }

    /// <summary>Whether it has no wildcard, so that it names one path: <see cref="LiteralText"/>.</summary>
    public bool IsLiteral { get; }

    /// <summary>Whether <c>**</c> occurs, so that matches may lie at any depth.</summary>
    public bool HasDoubleStar { get; }

    /// <summary>The path a pattern without wildcards names, escapes removed; null when it has wildcards.</summary>
    public string? LiteralText { get; }

    /// <summary>Reads a pattern.</summary>
    /// <param name="pattern">The pattern, cleaned by the caller when it should be.</param>
    /// <exception cref="FormatException">A class is malformed, or an escape ends the pattern.</exception>
    public static PathGlob Parse(string pattern) => TryParse(pattern, out var glob)
        ? glob
        : throw new FormatException($"syntax error in pattern {GoQuoting.Quote(pattern)}");

    /// <summary>Reads a pattern that may be malformed.</summary>
    /// <param name="pattern">As of <see cref="Parse"/>.</param>
    /// <param name="glob">The pattern, when it is one.</param>
    public static bool TryParse(string pattern, [NotNullWhen(true)] out PathGlob? glob)
    {
        glob = GlobGrammar.Glob.TryReadAll(pattern, out var tokens) ? new PathGlob(pattern, tokens) : null;
        return glob is not null;
    }

    /// <summary>Whether the pattern matches the whole path.</summary>
    /// <param name="path">Relative, separated by slashes.</param>
    public bool Matches(string path)
    {
        if (LiteralText is not null)
        {
            return path == LiteralText;
        }

        var places = Start();
        foreach (var rune in Units(path))
        {
            places = Advance(places, rune);
        }

        return places[_tokens.Count];
    }

    /// <summary>Whether the pattern matches the path or one of the directories above it.</summary>
    /// <param name="path">Relative, separated by slashes.</param>
    public bool MatchesPathOrParent(string path)
    {
        if (LiteralText is not null)
        {
            return path.StartsWith(LiteralText, StringComparison.Ordinal) && (path.Length == LiteralText.Length || path[LiteralText.Length] == '/');
        }

        var places = Start();
        var first = true;
        foreach (var unit in Units(path))
        {
            if (unit == '/' && !first && places[_tokens.Count])
            {
                return true;
            }

            places = Advance(places, unit);
            first = false;
        }

        return places[_tokens.Count];
    }

    /// <summary>Whether something below a directory could match: false only when nothing can.</summary>
    /// <param name="directory">Relative, separated by slashes; empty for the root.</param>
    public bool CouldMatchBelow(string directory)
    {
        if (LiteralText is not null)
        {
            return directory.Length == 0 || LiteralText.StartsWith(directory + "/", StringComparison.Ordinal);
        }

        var places = Start();
        if (directory.Length > 0)
        {
            foreach (var unit in Units(directory))
            {
                places = Advance(places, unit);
            }

            places = Advance(places, '/');
        }

        return places.AsSpan(0, _tokens.Count).Contains(true);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private bool[] Start()
    {
        var places = new bool[_tokens.Count + 1];
        places[0] = true;
        return Close(places);
    }

    /// <summary>Adds the places reached without consuming anything.</summary>
    private bool[] Close(bool[] places)
    {
        for (var i = 0; i < _tokens.Count; i++)
        {
            if (!places[i] || _tokens[i] is not (GlobToken.Run or GlobToken.Everything or GlobToken.Directories))
            {
                continue;
            }

            places[i + 1] = true;

            // No directories at all: on behind the body.
            if (_tokens[i] is GlobToken.Directories)
            {
                places[i + 2] = true;
            }
        }

        return places;
    }

    private bool[] Advance(bool[] places, int unit)
    {
        var next = new bool[places.Length];
        for (var i = 0; i < _tokens.Count; i++)
        {
            if (!places[i])
            {
                continue;
            }

            switch (_tokens[i])
            {
                case GlobToken.Literal literal when literal.Matches(unit):
                case GlobToken.One when unit != '/':
                case GlobToken.Class set when set.Contains(unit):
                    next[i + 1] = true;
                    break;
                case GlobToken.Run when unit != '/':
                case GlobToken.Everything:
                    next[i] = true;
                    break;
                case GlobToken.DirectoriesBody:
                    next[i] = true;
                    next[i + 1] |= unit == '/';
                    break;
                default:
                    break;
            }
        }

        return Close(next);
    }

    private static IEnumerable<int> Units(string path)
    {
        for (var i = 0; i < path.Length; i++)
        {
            if (char.IsHighSurrogate(path[i]) && i + 1 < path.Length && char.IsLowSurrogate(path[i + 1]))
            {
                yield return char.ConvertToUtf32(path[i], path[++i]);
            }
            else
            {
                yield return path[i];
            }
        }
    }
}
