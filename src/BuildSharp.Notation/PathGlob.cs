using System.Diagnostics.CodeAnalysis;
using Pidgin;

namespace BuildSharp.Notation;

/// <summary>A pattern of paths: <c>*</c> and <c>?</c> stop at slashes, <c>[a-z]</c> and <c>[^a]</c> are classes, <c>\c</c> is that
/// character, and in Docker's patterns <c>**</c> is any number of directories. Matching follows the set of places in the pattern that are
/// reached, so that no pattern takes more than its length times the path's.</summary>
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

    /// <summary>Whether it has no wildcard, so that it names one path: <see cref="LiteralText"/>.</summary>
    public bool IsLiteral { get; }

    /// <summary>Whether <c>**</c> occurs, so that matches may lie at any depth.</summary>
    public bool HasDoubleStar { get; }

    /// <summary>The path a pattern without wildcards names, escapes removed; null when it has wildcards.</summary>
    public string? LiteralText { get; }

    /// <summary>Reads a pattern of Docker, with <c>**</c>.</summary>
    /// <param name="pattern">The pattern, cleaned by the caller when it should be.</param>
    /// <exception cref="FormatException">A class is malformed, or an escape ends the pattern.</exception>
    public static PathGlob Parse(string pattern) => TryParse(pattern, out var glob) ? glob : throw Malformed(pattern);

    /// <summary>Reads a pattern of Go's <c>path.Match</c>, in which <c>**</c> is what <c>*</c> is.</summary>
    /// <exception cref="FormatException">As of <see cref="Parse"/>.</exception>
    public static PathGlob ParsePlain(string pattern) => Read(GlobGrammar.PlainGlob, pattern) ?? throw Malformed(pattern);

    /// <summary>Reads a pattern that may be malformed.</summary>
    /// <param name="pattern">As of <see cref="Parse"/>.</param>
    /// <param name="glob">The pattern, when it is one.</param>
    public static bool TryParse(string pattern, [NotNullWhen(true)] out PathGlob? glob) => (glob = Read(GlobGrammar.Glob, pattern)) is not null;

    private static PathGlob? Read(Parser<char, IReadOnlyList<GlobToken>> grammar, string pattern) =>
        grammar.Before(Parser<char>.End).Parse(pattern) is { Success: true, Value: var tokens } ? new PathGlob(pattern, tokens) : null;

    private static FormatException Malformed(string pattern) => new($"syntax error in pattern {GoQuoting.Quote(pattern)}");

    /// <summary>Whether the pattern matches the whole path.</summary>
    /// <param name="path">Relative, separated by slashes.</param>
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

    /// <summary>Whether the pattern matches the path or one of the directories above it.</summary>
    /// <param name="path">Relative, separated by slashes.</param>
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

    /// <summary>Whether something below a directory could match: false only when nothing can.</summary>
    /// <param name="directory">Relative, separated by slashes; empty for the root.</param>
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

    // A character beyond U+FFFF is one, though two units of UTF-16.
    private static int NextUnit(string path, ref int at) =>
        char.IsHighSurrogate(path[at]) && at + 1 < path.Length && char.IsLowSurrogate(path[at + 1])
            ? char.ConvertToUtf32(path[at++], path[at++])
            : path[at++];

    /// <summary>The places in the pattern that some reading of the path so far has reached.</summary>
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

        /// <summary>Adds the places reached without consuming anything.</summary>
        private readonly void Close()
        {
            for (var i = 0; i < _tokens.Count; i++)
            {
                if (!_reached[i] || _tokens[i] is not (GlobToken.Run or GlobToken.Everything or GlobToken.Directories))
                {
                    continue;
                }

                _reached[i + 1] = true;

                // No directories at all: on behind the body.
                if (_tokens[i] is GlobToken.Directories)
                {
                    _reached[i + 2] = true;
                }
            }
        }
    }
}
