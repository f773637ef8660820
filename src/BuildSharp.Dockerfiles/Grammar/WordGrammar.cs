using BuildSharp.Dockerfiles.Grammar.Combinators;
using Sprache;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>Arguments that are words: plain ones of FROM and COPY, and quoted ones of ENV, LABEL and ARG, whose quotes and escapes stay
/// for the expansion to remove.</summary>
internal sealed class WordGrammar
{
    private static readonly WordGrammar Backslash = new('\\');
    private static readonly WordGrammar Backtick = new('`');

    private WordGrammar(char escape)
    {
        EscapedPair =
            from token in Scan.Text(escape.ToString())
            from character in Scan.One(_ => true, "a character")
            select token + character;

        // At the end of the text the token is dropped: a word never ends in half an escape.
        var halfEscape =
            from token in Scan.Text(escape.ToString())
            from end in Scan.AtEnd
            select end;

        SingleQuoted = (
            from open in Scan.Text("'")
            from text in Scan.Past(c => c != '\'')
            from close in Scan.Text("'").Else(Scan.AtEnd)
            select text).Covered();

        DoubleQuoted = (
            from open in Scan.Text("\"")
            from text in Scan.Past(c => c != '"' && c != escape)
            from more in EscapedPair.Then(_ => Scan.Past(c => c != '"' && c != escape)).Skipped()
            from close in Scan.Text("\"").OrNothing()
            select text).Covered();

        Unquoted = Scan.Some(c => !char.IsWhiteSpace(c) && c is not ('\'' or '"') && c != escape, "text");

        QuotedWord =
            from text in Unquoted.Else(SingleQuoted).Else(DoubleQuoted).Else(EscapedPair).OnlyAt(c => !char.IsWhiteSpace(c)).Stretch()
            from half in halfEscape.OnlyAt(c => c == escape).OrNothing()
            select text;

        QuotedWords =
            from lead in Blanks.SpaceRun
            from words in SpacedWord().Many()
            from half in halfEscape.OrNothing()
            select words;

        Parser<Located<string>> SpacedWord() =>
            from word in QuotedWord.Located()
            from space in Blanks.SpaceRun
            select word;
    }

    /// <summary>The grammar for a file's escape token.</summary>
    public static WordGrammar For(char escape) => escape == '`' ? Backtick : Backslash;

    /// <summary>Production <c>word</c>: quotes mean nothing here.</summary>
    public static Parser<string> Word { get; } = Scan.Some(c => !Blanks.IsBlank(c), "a word");

    /// <summary>Production <c>words</c>.</summary>
    public static Parser<IReadOnlyList<Located<string>>> Words { get; } =
        from lead in Blanks.BlankRun.OrNothing()
        from words in SpacedPlainWord().Many()
        select words;

    /// <summary>Production <c>escaped-pair</c>: token and character both stay.</summary>
    public Parser<string> EscapedPair { get; }

    /// <summary>Production <c>single-quoted</c>: no escapes inside.</summary>
    public Parser<string> SingleQuoted { get; }

    /// <summary>Production <c>double-quoted</c>.</summary>
    public Parser<string> DoubleQuoted { get; }

    /// <summary>Production <c>unquoted</c>.</summary>
    public Parser<string> Unquoted { get; }

    /// <summary>Production <c>quoted-word</c>.</summary>
    public Parser<string> QuotedWord { get; }

    /// <summary>Production <c>quoted-words</c>.</summary>
    public Parser<IReadOnlyList<Located<string>>> QuotedWords { get; }

    private static Parser<Located<string>> SpacedPlainWord() =>
        from word in Sequencing.Later(() => Word).Located()
        from blanks in Blanks.BlankRun.OrNothing()
        select word;
}
