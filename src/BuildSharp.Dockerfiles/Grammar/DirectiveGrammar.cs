using BuildSharp.Notation;
using Pidgin;
using static Pidgin.Parser;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>Parser directives such as <c># escape=`</c> at the top of a file.</summary>
internal static class DirectiveGrammar
{
    /// <summary>Production <c>directive-name</c>.</summary>
    public static Parser<char, string> DirectiveName { get; } =
        Parser<char>.Token(char.IsAsciiLetter).Then(Run.Of(char.IsAsciiLetterOrDigit), (first, others) => first + others);

    /// <summary>Production <c>directive-value</c>.</summary>
    public static Parser<char, string> DirectiveValue { get; } = Run.Of(_ => true).Select(value => value.TrimEnd()).Where(value => value.Length > 0);

    /// <summary>Production <c>directive</c>, including the comment sign.</summary>
    public static Parser<char, (string Name, string Value)> Directive { get; } = After("#");

    /// <summary>As <see cref="Directive"/>, after <c>//</c>, which is accepted for <c>syntax</c>.</summary>
    public static Parser<char, (string Name, string Value)> SlashedDirective { get; } = After("//");

    private static Parser<char, (string Name, string Value)> After(string mark) =>
        String(mark).Then(Map(
            (name, _, value) => (name, value),
            DirectiveName.Between(Blanks.SpaceRun),
            Char('=').Before(Blanks.SpaceRun),
            DirectiveValue));
}
