using BuildSharp.Notation;
using Pidgin;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>Arguments of HEALTHCHECK: a type and its command.</summary>
internal static class HealthcheckGrammar
{
    /// <summary>Production <c>healthcheck-type</c>.</summary>
    public static Parser<char, string> HealthcheckType { get; } = Run.AtLeastOne(c => !char.IsWhiteSpace(c), "CMD or NONE");

    /// <summary>Production <c>healthcheck</c>: the type and the offset of the command.</summary>
    public static Parser<char, (Located<string> Type, int Command)> Healthcheck { get; } =
        HealthcheckType.Located().Then(LineGrammar.Arguments, (type, command) => (type, command));
}
