using System.Globalization;
using BuildSharp.Dockerfiles.Grammar.Combinators;
using Sprache;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>Where a heredoc begins: <c>&lt;&lt;EOF</c>, <c>3&lt;&lt;-"EOF"</c>. The escape directive does not reach here; it is always a
/// backslash.</summary>
internal static class HeredocGrammar
{
    /// <summary>One piece of a word: how it is written, and what it says without quotes and escapes.</summary>
    internal readonly record struct Piece(string Raw, string Text, bool IsQuoted);

    /// <summary>Production <c>heredoc-piece</c>.</summary>
    public static Parser<Piece> HeredocPiece { get; } = Plain().Else(Escape()).Else(SingleQuotes()).Else(DoubleQuotes());

    /// <summary>Production <c>heredoc-delimiter</c>: the word that ends the body; a quote in it anywhere turns expansion off.</summary>
    public static Parser<(string Name, bool Expands)> HeredocDelimiter { get; } =
        from pieces in HeredocPiece.Where(piece => !piece.Raw.Contains('<')).AtLeastOnce()
        select Delimiter([.. pieces]);

    /// <summary>Production <c>heredoc-word</c>.</summary>
    public static Parser<HeredocStart> HeredocWord { get; } =
        from descriptor in Scan.While(char.IsAsciiDigit)
        from arrows in Scan.Text("<<")
        from dash in Scan.Text("-").OrNothing()
        from space in Blanks.SpaceRun
        from delimiter in HeredocDelimiter.Where(d => d.Name.Length > 0)
        from tail in Blanks.SpaceRun
        select new HeredocStart(Descriptor(descriptor), delimiter.Name, delimiter.Expands, dash.Length > 0);

    /// <summary>Production <c>heredoc-line</c>: the words of a line as heredocs see them. Blanks after a bare <c>&lt;&lt;</c> belong to it,
    /// after <c>&lt;&lt;-</c> they do not.</summary>
    public static Parser<IReadOnlyList<Located<string>>> HeredocLine { get; } =
        from lead in Blanks.SpaceRun
        from words in SpacedWord().Many()
        select words;

    /// <summary>Whether a heredoc word begins at an offset, whatever follows it.</summary>
    public static bool BeginsHeredoc(string text, int offset)
    {
        while (offset < text.Length && char.IsAsciiDigit(text[offset]))
        {
            offset++;
        }

        return string.CompareOrdinal(text, offset, "<<", 0, 2) == 0 && string.CompareOrdinal(text, offset + 2, "<", 0, 1) != 0;
    }

    private static Parser<Located<string>> SpacedWord()
    {
        var bare =
            from digits in Scan.While(char.IsAsciiDigit)
            from arrows in Scan.Text("<<")
            from space in Scan.Some(char.IsWhiteSpace, "a blank")
            from rest in HeredocPiece.Select(piece => piece.Raw).Stretch()
            select digits + arrows + space + rest;
        return
            from word in bare.Else(HeredocPiece.Select(piece => piece.Raw).Stretch()).Located()
            from space in Blanks.SpaceRun
            select word;
    }

    private static Parser<Piece> Plain() =>
        from text in Scan.Some(c => !char.IsWhiteSpace(c) && c is not ('\\' or '\'' or '"'), "text")
        select new Piece(text, text, false);

    private static Parser<Piece> Escape() =>
        from token in Scan.Text("\\")
        from character in Scan.One(_ => true, "a character").Else(Scan.AtEnd)
        select new Piece(token + character, character, false);

    private static Parser<Piece> SingleQuotes() =>
        from open in Scan.Text("'")
        from text in Scan.While(c => c != '\'')
        from close in Scan.Text("'")
        select new Piece(open + text + close, text, true);

    private static Parser<Piece> DoubleQuotes()
    {
        var escape =
            from token in Scan.Text("\\")
            from character in Scan.One(_ => true, "a character")
            select character is "\"" or "$" or "\\" ? character : token + character;
        return Quoted(
            from open in Scan.Text("\"")
            from text in Scan.Some(c => c is not ('"' or '\\'), "text").Else(escape).ManyJoined()
            from close in Scan.Text("\"")
            select text);
    }

    private static Parser<Piece> Quoted(Parser<string> parser) => input =>
    {
        var result = parser(input);
        return result.WasSuccessful
            ? Result.Success(new Piece(TextInput.Between(input.Source, input.Position, result.Remainder.Position), result.Value, true), result.Remainder)
            : Result.Failure<Piece>(result.Remainder, result.Message, result.Expectations);
    };

    private static (string Name, bool Expands) Delimiter(Piece[] pieces) =>
        (string.Concat(pieces.Select(p => p.Text)), !pieces.Any(p => p.IsQuoted));

    private static int Descriptor(string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var descriptor) ? descriptor : 0;
}

/// <summary>What a heredoc word says about the body that follows.</summary>
internal sealed record HeredocStart(int FileDescriptor, string Name, bool Expands, bool StripsTabs);
