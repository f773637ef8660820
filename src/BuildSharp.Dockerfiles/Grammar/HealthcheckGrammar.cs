using BuildSharp.Dockerfiles.Grammar.Combinators;
using Sprache;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>The arguments of HEALTHCHECK: a type and what it takes.</summary>
internal static class HealthcheckGrammar
{
    /// <summary>Production <c>healthcheck-type</c>.</summary>
    public static Parser<string> HealthcheckType { get; } = Scan.Some(c => !char.IsWhiteSpace(c), "CMD or NONE");

    /// <summary>Production <c>healthcheck</c>.</summary>
    public static Parser<(Located<string> Type, Stretch Command)> Healthcheck { get; } =
        from type in HealthcheckType.Located()
        from space in Blanks.SpaceRun
        from command in Scan.TrimmedRest
        select (type, command);
}
