using BuildSharp.Notation;
using Pidgin;
using static Pidgin.Parser;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>Arguments that are words: plain words of FROM and COPY, and quoted words of ENV, LABEL and ARG, whose quotes and escapes the
/// expansion removes later.</summary>
internal sealed class WordGrammar
{
    private static readonly WordGrammar Backslash = new('\\');
    private static readonly WordGrammar Backtick = new('`');

    private WordGrammar(char escape)
    {
        EscapedPair = Char(escape).Then(Parser<char>.Any).IgnoreResult();
        SingleQuoted = Char('\'').Then(Run.Skip(c => c != '\'')).Then(Char('\'').IgnoreResult().Or(Parser<char>.End));
        DoubleQuoted = Char('"')
            .Then(Run.SkipAtLeastOne(c => c != '"' && c != escape, "text").Or(Try(EscapedPair)).SkipRepeated())
            .Then(Char('"').SkipOptional());
        Unquoted = Run.SkipAtLeastOne(c => !char.IsWhiteSpace(c) && c is not ('\'' or '"') && c != escape, "text");

        // An escape character at the end of the text is dropped, so that no word ends in an incomplete escape.
        var halfEscape = Try(Char(escape).Then(Parser<char>.End)).SkipOptional();
        QuotedWord = OneOf(Unquoted, SingleQuoted, DoubleQuoted, Try(EscapedPair)).SkipRepeatedAtLeastOnce()
            .Slice((text, _) => text.ToString())
            .Before(halfEscape);
        QuotedWords = Blanks.SpaceRun.Then(QuotedWord.Located().Before(Blanks.SpaceRun).Repeated()).Before(halfEscape);
    }

    /// <summary>The grammar for the escape character.</summary>
    public static WordGrammar For(char escape) => escape == '`' ? Backtick : Backslash;

    /// <summary>Production <c>word</c>: quotes have no special meaning.</summary>
    public static Parser<char, string> Word { get; } = Run.AtLeastOne(c => !Blanks.IsBlank(c), "word");

    /// <summary>Production <c>words</c>.</summary>
    public static Parser<char, IReadOnlyList<Located<string>>> Words { get; } =
        Blanks.BlankRun.SkipOptional().Then(Word.Located().Before(Blanks.BlankRun.SkipOptional()).Repeated());

    /// <summary>Production <c>escaped-pair</c>: keeps the escape character and the next one.</summary>
    public Parser<char, Unit> EscapedPair { get; }

    /// <summary>Production <c>single-quoted</c>: without escapes.</summary>
    public Parser<char, Unit> SingleQuoted { get; }

    /// <summary>Production <c>double-quoted</c>.</summary>
    public Parser<char, Unit> DoubleQuoted { get; }

    /// <summary>Production <c>unquoted</c>.</summary>
    public Parser<char, Unit> Unquoted { get; }

    /// <summary>Production <c>quoted-word</c>: the text including quotes and escapes.</summary>
    public Parser<char, string> QuotedWord { get; }

    /// <summary>Production <c>quoted-words</c>.</summary>
    public Parser<char, IReadOnlyList<Located<string>>> QuotedWords { get; }
}
