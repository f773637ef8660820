using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary>The parsed command line as text for the debug log. Values that may be secrets are masked.</summary>
internal static class CallText
{
    // Flags whose values are NAME=VALUE. CI systems pass secrets in them, so every value is masked, whatever its name.
    private static readonly string[] Variables = ["build-arg", "env"];

    public static string Of(Invocation call)
    {
        var words = new List<string> { call.Surroundings.Program, call.VerbName };
        foreach (var flag in call.Flags.Given)
        {
            var values = flag.IsRepeatable ? call.Flags.All(flag.Name) : [call.Flags.Text(flag.Name) ?? ""];
            words.AddRange(values.Select(value => $"--{flag.Name}={(Variables.Contains(flag.Name) ? NameAlone(value) : CommandText.Masked(value))}"));
        }

        return $"{CommandText.Of([.. words, .. call.Positionals])} in {call.Surroundings.WorkingDirectory}";
    }

    private static string NameAlone(string variable) => variable.IndexOf('=') is >= 0 and var equals ? variable[..(equals + 1)] + CommandText.Mask : variable;
}
