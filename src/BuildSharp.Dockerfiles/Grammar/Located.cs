using Pidgin;
using static Pidgin.Parser;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>A parsed value and the offsets of its text from the start of the parser's input.</summary>
internal sealed record Located<T>(T Value, int Start, int End);

/// <summary>Extensions of parsers that several grammars use.</summary>
internal static class Locating
{
    /// <summary>Adds the offsets of the parsed text to the value.</summary>
    public static Parser<char, Located<T>> Located<T>(this Parser<char, T> parser) =>
        Map((start, value, end) => new Located<T>(value, start, end), Parser<char>.CurrentOffset, parser, Parser<char>.CurrentOffset);

    /// <summary>Joins pieces to one string.</summary>
    public static Parser<char, string> Joined(this Parser<char, IReadOnlyList<string>> pieces) =>
        pieces.Select(all => all.Count == 1 ? all[0] : string.Concat(all));

    /// <summary>Applies a parser to a text.</summary>
    /// <returns>Whether the parser accepts the text.</returns>
    public static bool TryRead<T>(this Parser<char, T> parser, ReadOnlySpan<char> text, out T value)
    {
        var result = parser.Parse(text);
        value = result.Success ? result.Value : default!;
        return result.Success;
    }
}
