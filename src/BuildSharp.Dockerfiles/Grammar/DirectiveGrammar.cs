using BuildSharp.Dockerfiles.Grammar.Combinators;
using Sprache;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>Parser directives: <c># escape=`</c> on the first lines of a file.</summary>
internal static class DirectiveGrammar
{
    /// <summary>Production <c>directive-name</c>.</summary>
    public static Parser<string> DirectiveName { get; } =
        from first in Scan.One(char.IsAsciiLetter, "a letter")
        from others in Scan.While(char.IsAsciiLetterOrDigit)
        select first + others;

    /// <summary>Production <c>directive-value</c>.</summary>
    public static Parser<string> DirectiveValue { get; } = Scan.Some(_ => true, "a value").Select(value => value.TrimEnd()).Where(value => value.Length > 0);

    /// <summary>Production <c>directive</c>, from the comment mark on.</summary>
    public static Parser<(string Name, string Value)> Directive { get; } = After("#");

    /// <summary>The same behind another comment mark; some files carry <c>//syntax=…</c>.</summary>
    public static Parser<(string Name, string Value)> After(string mark) =>
        from open in Scan.Text(mark)
        from lead in Blanks.SpaceRun
        from name in Sequencing.Later(() => DirectiveName)
        from before in Blanks.SpaceRun
        from sign in Scan.Text("=")
        from after in Blanks.SpaceRun
        from value in Sequencing.Later(() => DirectiveValue)
        select (name, value);
}
