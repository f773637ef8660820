using BuildSharp.Notation;
using Pidgin;
using static Pidgin.Parser;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>The value of a <c># check=</c> directive.</summary>
internal static class CheckGrammar
{
    /// <summary>Production <c>check-values</c>.</summary>
    public static Parser<char, string[]> CheckValues { get; } =
        Run.Of(c => c is not (',' or ';')).SeparatedBy(Char(','))
            .Select<string[]>(values => [.. values.Select(value => value.Trim()).Where(value => value.Length > 0)]);

    /// <summary>Production <c>check-option</c>.</summary>
    public static Parser<char, (string Key, string[] Values)> CheckOption { get; } =
        Map((key, _, values) => (key.Trim(), values), Run.Of(c => c is not ('=' or ';')), Char('=').SkipOptional(), CheckValues);

    /// <summary>Production <c>check-options</c>.</summary>
    public static Parser<char, IReadOnlyList<(string Key, string[] Values)>> CheckOptions { get; } = CheckOption.SeparatedBy(Char(';'));
}
