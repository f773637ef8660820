using BuildSharp.Notation;
using Pidgin;
using static Pidgin.Parser;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>What a logical line is made of, before any instruction's own rules.</summary>
/// <param name="Keyword">The instruction's name as written.</param>
/// <param name="Flags">Flag words without their quotes.</param>
/// <param name="Arguments">Where what follows the flags begins.</param>
internal readonly record struct LineParts(Located<string> Keyword, IReadOnlyList<Located<string>> Flags, int Arguments);

/// <summary>The outermost shape of an instruction: keyword, flags, arguments.</summary>
internal static class LineGrammar
{
    /// <summary>Production <c>keyword</c>.</summary>
    public static Parser<char, string> Keyword { get; } = Run.AtLeastOne(c => !Blanks.IsBlank(c), "instruction");

    /// <summary>Production <c>arguments</c>: where they begin, behind the space before them.</summary>
    public static Parser<char, int> Arguments { get; } = Blanks.SpaceRun.Then(Parser<char>.CurrentOffset).Before(Run.Skip(_ => true));

    private static readonly Parser<char, LineParts> WithBackslash = Line('\\');
    private static readonly Parser<char, LineParts> WithBacktick = Line('`');

    /// <summary>Production <c>instruction</c>: a logical line, trimmed.</summary>
    public static Parser<char, LineParts> Instruction(char escape) => escape == '`' ? WithBacktick : WithBackslash;

    private static Parser<char, LineParts> Line(char escape) => Map(
        (keyword, flags, arguments) => new LineParts(keyword, flags, arguments),
        Keyword.Located(),
        Blanks.BlankRun.Optional().Then(FlagGrammar.For(escape).Flags),
        Arguments);
}
