using BuildSharp.Notation;
using Pidgin;
using static Pidgin.Parser;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>The parts of a logical line, before the rules of the instruction apply.</summary>
/// <param name="Keyword">Name of the instruction as written.</param>
/// <param name="Flags">Flags without their quotes.</param>
/// <param name="Arguments">Offset of the text after the flags.</param>
internal sealed record LineParts(Located<string> Keyword, IReadOnlyList<Located<string>> Flags, int Arguments);

/// <summary>Splits an instruction into keyword, flags and arguments.</summary>
internal static class LineGrammar
{
    /// <summary>Production <c>keyword</c>.</summary>
    public static Parser<char, string> Keyword { get; } = Run.AtLeastOne(c => !Blanks.IsBlank(c), "instruction");

    /// <summary>Production <c>arguments</c>: their offset, after white space.</summary>
    public static Parser<char, int> Arguments { get; } = Blanks.SpaceRun.Then(Parser<char>.CurrentOffset).Before(Run.Skip(_ => true));

    private static readonly Parser<char, LineParts> WithBackslash = Line('\\');
    private static readonly Parser<char, LineParts> WithBacktick = Line('`');

    /// <summary>Production <c>instruction</c>: a trimmed logical line.</summary>
    public static Parser<char, LineParts> Instruction(char escape) => escape == '`' ? WithBacktick : WithBackslash;

    private static Parser<char, LineParts> Line(char escape) => Map(
        (keyword, flags, arguments) => new LineParts(keyword, flags, arguments),
        Keyword.Located(),
        Blanks.BlankRun.SkipOptional().Then(FlagGrammar.For(escape).Flags),
        Arguments);
}
