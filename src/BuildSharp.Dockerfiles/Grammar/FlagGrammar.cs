using BuildSharp.Notation;
using Pidgin;
using static Pidgin.Parser;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>Flags between an instruction's name and its arguments, for all instructions: <c>RUN --network=none -- cmd</c>.</summary>
internal sealed class FlagGrammar
{
    private static readonly FlagGrammar Backslash = new('\\');
    private static readonly FlagGrammar Backtick = new('`');

    private FlagGrammar(char escape)
    {
        Escaped = Char(escape).Then(Parser<char>.Any.Select(character => character.ToString()).Or(Parser<char>.End.ThenReturn("")));
        QuotedPart = Quoted('\'').Or(Quoted('"'));
        PlainPart = Run.AtLeastOne(c => !char.IsWhiteSpace(c) && c is not ('\'' or '"') && c != escape, "text");
        FlagWord = Lookahead(Try(String("--"))).Then(OneOf(PlainPart, QuotedPart, Escaped).Repeated()).Joined();
        Flag = Try(Blanks.SpaceRun.Then(FlagWord.Where(word => word != "--").Located()));
        EndOfFlags = Try(Blanks.SpaceRun.Then(FlagWord.Where(word => word == "--")));
        Flags = Flag.Repeated().Before(EndOfFlags.SkipOptional());

        Parser<char, string> Quoted(char quote) =>
            Char(quote)
                .Then(Run.AtLeastOne(c => c != quote && c != escape, "text").Or(Escaped).Repeated()).Joined()
                .Before(Char(quote).IgnoreResult().Or(Parser<char>.End));
    }

    /// <summary>The grammar for the escape character.</summary>
    public static FlagGrammar For(char escape) => escape == '`' ? Backtick : Backslash;

    /// <summary>Production <c>escaped</c>: drops the escape character and keeps the next character, which may be missing at the end of the
    /// text.</summary>
    public Parser<char, string> Escaped { get; }

    /// <summary>Production <c>quoted-part</c>: drops the quotes; an unclosed quote extends to the end.</summary>
    public Parser<char, string> QuotedPart { get; }

    /// <summary>Production <c>plain-part</c>.</summary>
    public Parser<char, string> PlainPart { get; }

    /// <summary>Production <c>flag-word</c>.</summary>
    public Parser<char, string> FlagWord { get; }

    /// <summary>Production <c>flag</c>.</summary>
    public Parser<char, Located<string>> Flag { get; }

    /// <summary>Production <c>end-of-flags</c>: a separate <c>--</c>, which is dropped.</summary>
    public Parser<char, string> EndOfFlags { get; }

    /// <summary>Production <c>flags</c>.</summary>
    public Parser<char, IReadOnlyList<Located<string>>> Flags { get; }
}
