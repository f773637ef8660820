using System.Globalization;
using BuildSharp.Notation;
using Pidgin;
using static Pidgin.Parser;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>Start of a heredoc: <c>&lt;&lt;EOF</c>, <c>3&lt;&lt;-"EOF"</c>. The escape character is always a backslash here, whatever the
/// directive says.</summary>
internal static class HeredocGrammar
{
    /// <summary>One part of a word: the text as written, and the text without quotes and escapes.</summary>
    internal sealed record Piece(string Raw, string Text, bool IsQuoted);

    private static readonly Parser<char, Piece> Plain =
        Run.AtLeastOne(c => !char.IsWhiteSpace(c) && c is not ('\\' or '\'' or '"'), "text").Select(text => new Piece(text, text, false));

    private static readonly Parser<char, Piece> Escape =
        Char('\\').Then(Parser<char>.Any.Select(character => character.ToString()).Or(Parser<char>.End.ThenReturn("")))
            .Select(character => new Piece("\\" + character, character, false));

    private static readonly Parser<char, Piece> SingleQuotes =
        Run.Of(c => c != '\'').Between(Char('\'')).Select(text => new Piece($"'{text}'", text, true));

    private static readonly Parser<char, Piece> DoubleQuotes =
        Run.AtLeastOne(c => c is not ('"' or '\\'), "text")
            .Or(Char('\\').Then(Parser<char>.Any).Select(character => character is '"' or '$' or '\\' ? character.ToString() : "\\" + character))
            .Repeated().Joined().Between(Char('"'))
            .Slice((raw, text) => new Piece(raw.ToString(), text, true));

    /// <summary>Production <c>heredoc-piece</c>. An unclosed quote is not a piece; the pieces before it are still returned.</summary>
    public static Parser<char, Piece> HeredocPiece { get; } = OneOf(Plain, Escape, Try(SingleQuotes), Try(DoubleQuotes));

    /// <summary>Production <c>heredoc-delimiter</c>: the word that ends the body. If any part is quoted, variables are not
    /// expanded.</summary>
    public static Parser<char, (string Name, bool Expands)> HeredocDelimiter { get; } =
        HeredocPiece.Where(piece => !piece.Raw.Contains('<')).RepeatedAtLeastOnce()
            .Select(pieces => (string.Concat(pieces.Select(piece => piece.Text)), !pieces.Any(piece => piece.IsQuoted)));

    /// <summary>Production <c>heredoc-word</c> up to the end of the text.</summary>
    public static Parser<char, HeredocStart> HeredocWord { get; } =
        Map(
            (descriptor, _, dash, delimiter) => new HeredocStart(Descriptor(descriptor), delimiter.Name, delimiter.Expands, dash.Length > 0),
            Run.Of(char.IsAsciiDigit),
            String("<<"),
            String("-").OptionalOr(""),
            HeredocDelimiter.Where(delimiter => delimiter.Name.Length > 0).Between(Blanks.SpaceRun))
        .Before(Parser<char>.End);

    private static readonly Parser<char, string> Pieces = HeredocPiece.SkipRepeatedAtLeastOnce().Slice((raw, _) => raw.ToString());

    /// <summary>The word may be separated from <c>&lt;&lt;</c> by blanks, but not from <c>&lt;&lt;-</c>.</summary>
    private static readonly Parser<char, string> SpacedPieces =
        Run.Skip(char.IsAsciiDigit).Then(String("<<")).Then(Run.SkipAtLeastOne(char.IsWhiteSpace, "blank")).Then(Pieces)
            .Slice((raw, _) => raw.ToString());

    /// <summary>Production <c>heredoc-line</c>: splits a line into words by the rules for heredocs.</summary>
    public static Parser<char, IReadOnlyList<Located<string>>> HeredocLine { get; } =
        Blanks.SpaceRun.Then(Try(SpacedPieces).Or(Pieces).Located().Before(Blanks.SpaceRun).Repeated());

    /// <summary>The words of a line before an unclosed quote, and the offset of that quote or of the end of the line.</summary>
    public static Parser<char, (IReadOnlyList<Located<string>> Words, int End)> HeredocLineStart { get; } =
        HeredocLine.Then(Parser<char>.CurrentOffset, (words, end) => (words, end));

    /// <summary>Whether a heredoc word starts at an offset, whatever follows it.</summary>
    public static bool BeginsHeredoc(string text, int offset)
    {
        while (offset < text.Length && char.IsAsciiDigit(text[offset]))
        {
            offset++;
        }

        return string.CompareOrdinal(text, offset, "<<", 0, 2) == 0 && string.CompareOrdinal(text, offset + 2, "<", 0, 1) != 0;
    }

    private static int Descriptor(string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var descriptor) ? descriptor : 0;
}

/// <summary>Properties of the body that a heredoc word announces.</summary>
internal sealed record HeredocStart(int FileDescriptor, string Name, bool Expands, bool StripsTabs);
