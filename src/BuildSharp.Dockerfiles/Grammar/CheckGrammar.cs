using BuildSharp.Dockerfiles.Grammar.Combinators;
using Sprache;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>The value of a <c># check=</c> directive.</summary>
internal static class CheckGrammar
{
    /// <summary>Production <c>check-values</c>.</summary>
    public static Parser<IReadOnlyList<string>> CheckValues { get; } =
        from text in Scan.While(c => c != ';')
        select (IReadOnlyList<string>)[.. text.Split(',').Select(value => value.Trim()).Where(value => value.Length > 0)];

    /// <summary>Production <c>check-option</c>.</summary>
    public static Parser<(string Key, IReadOnlyList<string> Values)> CheckOption { get; } =
        from key in Scan.While(c => c is not ('=' or ';'))
        from sign in Scan.Text("=").Else(Parse.Return(""))
        from values in CheckValues
        select (key.Trim(), values);

    /// <summary>Production <c>check-options</c>.</summary>
    public static Parser<IReadOnlyList<(string Key, IReadOnlyList<string> Values)>> CheckOptions { get; } =
        from first in CheckOption
        from others in Further().Many()
        select (IReadOnlyList<(string, IReadOnlyList<string>)>)[first, .. others];

    private static Parser<(string Key, IReadOnlyList<string> Values)> Further() =>
        from separator in Scan.Text(";")
        from option in CheckOption
        select option;
}
