using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>Rejects positionals of a verb that takes none, with cobra's message for an unknown subcommand.</summary>
internal static class NoArguments
{
    /// <exception cref="BuildSharpException">There is a positional.</exception>
    public static void Check(Invocation call)
    {
        if (call.Positionals.Count > 0)
        {
            throw new BuildSharpException(
                $"unknown command {GoQuoting.Quote(call.Positionals[0])} for {GoQuoting.Quote($"{call.Surroundings.Program} {call.VerbName}")}");
        }
    }
}
