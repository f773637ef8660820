using Sprache;

namespace BuildSharp.Dockerfiles.Grammar.Combinators;

/// <summary>Ordered choice.</summary>
internal static class Choice
{
    /// <summary>The first parser, or the second where the first fails. Sprache's own <c>Or</c> also tries the second when the first
    /// succeeds on nothing, and joins the expectations of both, which nobody reads here.</summary>
    public static Parser<T> Else<T>(this Parser<T> first, Parser<T> second) => input =>
    {
        var result = first(input);
        return result.WasSuccessful ? result : second(input);
    };
}
