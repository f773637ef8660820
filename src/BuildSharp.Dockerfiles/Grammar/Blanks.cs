using BuildSharp.Notation;
using Pidgin;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>The two kinds of white space: blanks separate words; Unicode white space separates quoted words and flags.</summary>
internal static class Blanks
{
    /// <summary>Tab, vertical tab, form feed, carriage return or space.</summary>
    public static bool IsBlank(char character) => character is '\t' or '\v' or '\f' or '\r' or ' ';

    /// <summary>Production <c>blank-run</c>.</summary>
    public static Parser<char, Unit> BlankRun { get; } = Run.SkipAtLeastOne(IsBlank, "blank");

    /// <summary>Production <c>space-run</c>.</summary>
    public static Parser<char, Unit> SpaceRun { get; } = Run.Skip(char.IsWhiteSpace);
}
