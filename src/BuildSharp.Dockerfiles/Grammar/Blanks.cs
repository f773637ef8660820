using BuildSharp.Dockerfiles.Grammar.Combinators;
using Sprache;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>The two kinds of white space of the language: blanks separate words, space (Unicode's) separates quoted words and flags.</summary>
internal static class Blanks
{
    /// <summary>Tab, vertical tab, form feed, carriage return or blank.</summary>
    public static bool IsBlank(char character) => character is '\t' or '\v' or '\f' or '\r' or ' ';

    /// <summary>Production <c>blanks</c>.</summary>
    public static Parser<string> BlankRun { get; } = Scan.Some(IsBlank, "a blank");

    /// <summary>Production <c>space-run</c>.</summary>
    public static Parser<string> SpaceRun { get; } = Scan.While(char.IsWhiteSpace);
}
