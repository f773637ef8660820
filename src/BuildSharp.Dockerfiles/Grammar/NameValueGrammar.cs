using BuildSharp.Dockerfiles.Grammar.Combinators;
using Sprache;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>The arguments of ENV and LABEL, and each word of ARG.</summary>
internal static class NameValueGrammar
{
    /// <summary>Production <c>name</c>: what stands before the first <c>=</c>, perhaps nothing.</summary>
    public static Parser<string> Name { get; } = Scan.While(c => c != '=');

    /// <summary>Production <c>name-value</c>, within one quoted word.</summary>
    public static Parser<(string Name, string Value)> NameValue { get; } =
        from name in Name
        from sign in Scan.Text("=")
        from value in Scan.Rest
        select (name, value);

    /// <summary>Production <c>legacy-name-value</c>: one pair that takes the rest of the line, <c>ENV name some words</c>.</summary>
    public static Parser<(string Name, string Value)> LegacyNameValue { get; } =
        from name in WordGrammar.Word
        from blanks in Blanks.BlankRun
        from value in Scan.Rest
        select (name, value);
}
