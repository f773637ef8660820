using System.Diagnostics.CodeAnalysis;
using Pidgin;

namespace BuildSharp.Notation;

/// <summary>A pattern for paths: <c>*</c> and <c>?</c> do not match slashes, <c>[a-z]</c> and <c>[^a]</c> are classes, <c>\c</c> is a
/// literal character, and in Docker's form <c>**</c> matches any number of directories. Matching tracks the set of reachable positions in
/// the pattern, so its time is at most the product of both lengths.</summary>
public sealed class PathGlob
{
    private const int MostOnStack = 512;

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

    /// <summary>Whether it has no wildcard and therefore matches only <see cref="LiteralText"/>.</summary>
    public bool IsLiteral { get; }

    /// <summary>Whether it contains <c>**</c>, so that matches can be at any depth.</summary>
    public bool HasDoubleStar { get; }

    /// <summary>The path that a pattern without wildcards matches, without escapes; null if it has wildcards.</summary>
    public string? LiteralText { get; }

    /// <summary>Parses a pattern in Docker's form, with <c>**</c>.</summary>
    /// <param name="pattern">The pattern; not normalised here.</param>
    /// <exception cref="FormatException">A class is malformed, or an escape ends the pattern.</exception>
    public static PathGlob Parse(string pattern) => TryParse(pattern, out var glob) ? glob : throw Malformed(pattern);

    /// <summary>Parses a pattern in the form of Go's <c>path.Match</c>, in which <c>**</c> means the same as <c>*</c>.</summary>
    /// <exception cref="FormatException">As for <see cref="Parse"/>.</exception>
    public static PathGlob ParsePlain(string pattern) => Read(GlobGrammar.PlainGlob, pattern) ?? throw Malformed(pattern);

    /// <summary>Like <see cref="Parse"/>, without throwing.</summary>
    /// <param name="pattern">As for <see cref="Parse"/>.</param>
    /// <param name="glob">The parsed pattern.</param>
    public static bool TryParse(string pattern, [NotNullWhen(true)] out PathGlob? glob) => (glob = Read(GlobGrammar.Glob, pattern)) is not null;

    private static PathGlob? Read(Parser<char, IReadOnlyList<GlobToken>> grammar, string pattern) =>
        grammar.Before(Parser<char>.End).Parse(pattern) is { Success: true, Value: var tokens } ? new PathGlob(pattern, tokens) : null;

    private static FormatException Malformed(string pattern) => new($"syntax error in pattern {GoQuoting.Quote(pattern)}");

    /// <summary>Whether the pattern matches the whole path.</summary>
    /// <param name="path">Relative path with slashes.</param>
    public bool Matches(string path)
    {
        if (LiteralText is not null)
        {
            return path == LiteralText;
        }

        var places = new Places(_tokens, Room <= MostOnStack ? stackalloc bool[Room] : new bool[Room]);
        for (var at = 0; at < path.Length;)
        {
            places.Advance(NextUnit(path, ref at));
        }

        return places.AtEnd;
    }

    /// <summary>Whether the pattern matches the path or one of its parent directories.</summary>
    /// <param name="path">Relative path with slashes.</param>
    public bool MatchesPathOrParent(string path)
    {
        if (LiteralText is not null)
        {
            return path.StartsWith(LiteralText, StringComparison.Ordinal) && (path.Length == LiteralText.Length || path[LiteralText.Length] == '/');
        }

        var places = new Places(_tokens, Room <= MostOnStack ? stackalloc bool[Room] : new bool[Room]);
        for (var at = 0; at < path.Length;)
        {
            if (at > 0 && path[at] == '/' && places.AtEnd)
            {
                return true;
            }

            places.Advance(NextUnit(path, ref at));
        }

        return places.AtEnd;
    }

    /// <summary>Whether the pattern could match a path below a directory; false only if it cannot.</summary>
    /// <param name="directory">Relative path with slashes; empty for the root.</param>
    public bool CouldMatchBelow(string directory)
    {
        if (LiteralText is not null)
        {
            return directory.Length == 0 || LiteralText.StartsWith(directory + "/", StringComparison.Ordinal);
        }

        var places = new Places(_tokens, Room <= MostOnStack ? stackalloc bool[Room] : new bool[Room]);
        for (var at = 0; at < directory.Length;)
        {
            places.Advance(NextUnit(directory, ref at));
        }

        if (directory.Length > 0)
        {
            places.Advance('/');
        }

        return places.CanGoOn;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private int Room => 2 * (_tokens.Count + 1);

    // A character beyond U+FFFF counts as one, although it has two UTF-16 units.
    private static int NextUnit(string path, ref int at) =>
        char.IsHighSurrogate(path[at]) && at + 1 < path.Length && char.IsLowSurrogate(path[at + 1])
            ? char.ConvertToUtf32(path[at++], path[at++])
            : path[at++];

    /// <summary>The positions in the pattern that are reachable after the path read so far.</summary>
    private ref struct Places
    {
        private readonly IReadOnlyList<GlobToken> _tokens;
        private Span<bool> _reached;
        private Span<bool> _next;

        public Places(IReadOnlyList<GlobToken> tokens, Span<bool> room)
        {
            _tokens = tokens;
            _reached = room[..(tokens.Count + 1)];
            _next = room[(tokens.Count + 1)..];
            _reached[0] = true;
            Close();
        }

        public readonly bool AtEnd => _reached[^1];

        public readonly bool CanGoOn => _reached[..^1].Contains(true);

        public void Advance(int unit)
        {
            _next.Clear();
            for (var i = 0; i < _tokens.Count; i++)
            {
                if (!_reached[i])
                {
                    continue;
                }

                switch (_tokens[i])
                {
                    case GlobToken.Literal literal when literal.Matches(unit):
                    case GlobToken.One when unit != '/':
                    case GlobToken.Class set when set.Contains(unit):
                        _next[i + 1] = true;
                        break;
                    case GlobToken.Run when unit != '/':
                    case GlobToken.Everything:
                        _next[i] = true;
                        break;
                    case GlobToken.DirectoriesBody:
                        _next[i] = true;
                        _next[i + 1] |= unit == '/';
                        break;
                    default:
                        break;
                }
            }

            var before = _reached;
            _reached = _next;
            _next = before;
            Close();
        }

        /// <summary>Adds the positions that are reachable without reading a character.</summary>
        private readonly void Close()
        {
            for (var i = 0; i < _tokens.Count; i++)
            {
                if (!_reached[i] || _tokens[i] is not (GlobToken.Run or GlobToken.Everything or GlobToken.Directories))
                {
                    continue;
                }

                _reached[i + 1] = true;

                // <c>**</c> may match nothing: continue after its body.
                if (_tokens[i] is GlobToken.Directories)
                {
                    _reached[i + 2] = true;
                }
            }
        }
    }
}
