using Pidgin;
using static Pidgin.Parser;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>A value and the offsets of the text it was read from, counted from where the parser began.</summary>
internal readonly record struct Located<T>(T Value, int Start, int End);

/// <summary>What all grammars do with parsers and what they read.</summary>
internal static class Locating
{
    /// <summary>Keeps where the value stood.</summary>
    public static Parser<char, Located<T>> Located<T>(this Parser<char, T> parser) =>
        Map((start, value, end) => new Located<T>(value, start, end), Parser<char>.CurrentOffset, parser, Parser<char>.CurrentOffset);

    /// <summary>One string of many pieces.</summary>
    public static Parser<char, string> Joined(this Parser<char, IReadOnlyList<string>> pieces) =>
        pieces.Select(all => all.Count == 1 ? all[0] : string.Concat(all));

    /// <summary>Reads a text.</summary>
    /// <returns>Whether the parser accepts it.</returns>
    public static bool TryRead<T>(this Parser<char, T> parser, ReadOnlySpan<char> text, out T value)
    {
        var result = parser.Parse(text);
        value = result.Success ? result.Value : default!;
        return result.Success;
    }
}
