using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>For verbs whose positional would be a verb of their own.</summary>
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
