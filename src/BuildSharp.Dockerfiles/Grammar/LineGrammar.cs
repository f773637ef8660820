using BuildSharp.Dockerfiles.Grammar.Combinators;
using Sprache;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>What a logical line is made of, before any instruction's own rules.</summary>
/// <param name="Keyword">The instruction's name as written.</param>
/// <param name="Flags">Flag words without their quotes.</param>
/// <param name="Arguments">Where everything after the flags stands, trimmed.</param>
internal readonly record struct LineParts(Located<string> Keyword, IReadOnlyList<Located<string>> Flags, Stretch Arguments);

/// <summary>The outermost shape of an instruction: keyword, flags, arguments.</summary>
internal static class LineGrammar
{
    private static readonly Parser<LineParts> WithBackslash = Line('\\');
    private static readonly Parser<LineParts> WithBacktick = Line('`');

    /// <summary>Production <c>keyword</c>.</summary>
    public static Parser<string> Keyword { get; } = Scan.Some(c => !Blanks.IsBlank(c), "an instruction");

    /// <summary>Production <c>arguments</c>: the rest of the line without the space around it.</summary>
    public static Parser<Stretch> Arguments { get; } =
        from space in Blanks.SpaceRun
        from rest in Scan.TrimmedRest
        select rest;

    /// <summary>Production <c>instruction</c>: a logical line, trimmed.</summary>
    public static Parser<LineParts> Instruction(char escape) => escape == '`' ? WithBacktick : WithBackslash;

    private static Parser<LineParts> Line(char escape) =>
        from keyword in Sequencing.Later(() => Keyword).Located()
        from blanks in Blanks.BlankRun.OrNothing()
        from flags in FlagGrammar.For(escape).Flags
        from arguments in Sequencing.Later(() => Arguments)
        select new LineParts(keyword, flags, arguments);
}
