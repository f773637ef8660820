using BuildSharp.Notation;
using Pidgin;
using static Pidgin.Parser;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>Arguments of ENV and LABEL, and each word of ARG.</summary>
internal static class NameValueGrammar
{
    private static readonly Parser<char, string> Rest = Run.Of(_ => true);

    /// <summary>Production <c>name</c>: the text before the first <c>=</c>; may be empty.</summary>
    public static Parser<char, string> Name { get; } = Run.Of(c => c != '=');

    /// <summary>Production <c>name-value</c>, within one quoted word.</summary>
    public static Parser<char, (string Name, string Value)> NameValue { get; } =
        Name.Before(Char('=')).Then(Rest, (name, value) => (name, value));

    /// <summary>Production <c>legacy-name-value</c>: one pair whose value is the rest of the line, as in <c>ENV name some
    /// words</c>.</summary>
    public static Parser<char, (string Name, string Value)> LegacyNameValue { get; } =
        WordGrammar.Word.Before(Blanks.BlankRun).Then(Rest, (name, value) => (name, value));
}
