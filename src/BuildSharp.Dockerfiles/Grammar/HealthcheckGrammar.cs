using BuildSharp.Notation;
using Pidgin;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>The arguments of HEALTHCHECK: a type and what it takes.</summary>
internal static class HealthcheckGrammar
{
    /// <summary>Production <c>healthcheck-type</c>.</summary>
    public static Parser<char, string> HealthcheckType { get; } = Run.AtLeastOne(c => !char.IsWhiteSpace(c), "CMD or NONE");

    /// <summary>Production <c>healthcheck</c>: the type, and where the command begins.</summary>
    public static Parser<char, (Located<string> Type, int Command)> Healthcheck { get; } =
        HealthcheckType.Located().Then(LineGrammar.Arguments, (type, command) => (type, command));
}
