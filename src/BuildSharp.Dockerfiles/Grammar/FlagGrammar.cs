using BuildSharp.Dockerfiles.Grammar.Combinators;
using Sprache;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>The flags between a keyword and its arguments, the same for every instruction: <c>RUN --network=none -- cmd</c>.</summary>
internal sealed class FlagGrammar
{
    private static readonly FlagGrammar Backslash = new('\\');
    private static readonly FlagGrammar Backtick = new('`');

    private FlagGrammar(char escape)
    {
        Escaped =
            from token in Scan.Text(escape.ToString())
            from character in Scan.One(_ => true, "a character").Else(Scan.AtEnd)
            select character;

        QuotedPart = Quoted('\'').Else(Quoted('"'));

        PlainPart = Scan.Some(c => !char.IsWhiteSpace(c) && c is not ('\'' or '"') && c != escape, "text");

        FlagWord =
            from dashes in Scan.Ahead("--")
            from parts in PlainPart.Else(QuotedPart).Else(Escaped).ManyJoined()
            select parts;

        Flag =
            from space in Blanks.SpaceRun
            from word in FlagWord.Where(word => word != "--").Located()
            select word;

        EndOfFlags =
            from space in Blanks.SpaceRun
            from word in FlagWord.Where(word => word == "--")
            select word;

        Flags =
            from flags in Flag.Many()
            from end in EndOfFlags.OrNothing()
            select flags;

        Parser<string> Quoted(char quote) =>
            from open in Scan.Text(quote.ToString())
            from text in Scan.Some(c => c != quote && c != escape, "text").Else(Escaped).ManyJoined()
            from close in Scan.Text(quote.ToString()).Else(Scan.AtEnd)
            select text;
    }

    /// <summary>The grammar for a file's escape token.</summary>
    public static FlagGrammar For(char escape) => escape == '`' ? Backtick : Backslash;

    /// <summary>Production <c>escaped</c>: the token goes, the next character stays; at the end of the text there is none.</summary>
    public Parser<string> Escaped { get; }

    /// <summary>Production <c>quoted-part</c>: quotes go; one that is never closed runs to the end.</summary>
    public Parser<string> QuotedPart { get; }

    /// <summary>Production <c>plain-part</c>.</summary>
    public Parser<string> PlainPart { get; }

    /// <summary>Production <c>flag-word</c>.</summary>
    public Parser<string> FlagWord { get; }

    /// <summary>Production <c>flag</c>.</summary>
    public Parser<Located<string>> Flag { get; }

    /// <summary>Production <c>end-of-flags</c>: a bare <c>--</c>, which is dropped.</summary>
    public Parser<string> EndOfFlags { get; }

    /// <summary>Production <c>flags</c>.</summary>
    public Parser<IReadOnlyList<Located<string>>> Flags { get; }
}
