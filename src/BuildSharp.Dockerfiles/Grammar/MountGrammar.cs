using BuildSharp.Dockerfiles.Grammar.Combinators;
using Sprache;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>The value of <c>RUN --mount</c>: one record of comma-separated fields, each <c>key</c> or <c>key=value</c>.</summary>
internal static class MountGrammar
{
    /// <summary>Production <c>quoted-field</c>: commas inside count as text, two quotes stand for one.</summary>
    public static Parser<string> QuotedField { get; } =
        from open in Scan.Text("\"")
        from text in Scan.Some(c => c != '"', "text").Else(Scan.Text("\"\"").Select(_ => "\"")).Many().Joined()
        from close in Scan.Text("\"")
        select text;

    /// <summary>Production <c>plain-field</c>.</summary>
    public static Parser<string> PlainField { get; } = Scan.While(c => c is not (',' or '"'));

    /// <summary>Production <c>mount-fields</c>.</summary>
    public static Parser<IReadOnlyList<string>> MountFields { get; } =
        from first in QuotedField.Else(PlainField)
        from others in Further().Many()
        select (IReadOnlyList<string>)[first, .. others];

    /// <summary>Production <c>mount-option</c>, within one field: a key, and a value when there is a <c>=</c>.</summary>
    public static Parser<(string Key, string? Value)> MountOption { get; } =
        from key in Scan.While(c => c != '=')
        from value in Value().Optional()
        select (key, value.GetOrDefault());

    private static Parser<string> Further() =>
        from comma in Scan.Text(",")
        from field in QuotedField.Else(PlainField)
        select field;

    private static Parser<string> Value() =>
        from sign in Scan.Text("=")
        from value in Scan.Rest
        select value;
}
