namespace BuildSharp.Cli.Commands;

/// <summary>Variables as <c>--env</c> of <c>run</c> and <c>bud</c> name them: <c>K=V</c>, <c>K</c> or <c>K*</c> from our own, <c>*</c> for all.</summary>
internal static class CallerVariables
{
    /// <summary>The variables as <c>NAME=value</c>; a name that our environment lacks is left out.</summary>
    public static IReadOnlyList<string> Resolve(IEnumerable<string> texts, IReadOnlyDictionary<string, string> environment)
    {
        var variables = new List<string>();
        foreach (var text in texts)
        {
            if (text.Contains('='))
            {
                variables.Add(text);
            }
            else if (text.EndsWith('*'))
            {
                variables.AddRange(environment.Where(entry => entry.Key.StartsWith(text[..^1], StringComparison.Ordinal)).Select(Pair));
            }
            else if (environment.TryGetValue(text, out var value))
            {
                variables.Add($"{text}={value}");
            }
        }

        return variables;
    }

    private static string Pair(KeyValuePair<string, string> entry) => $"{entry.Key}={entry.Value}";
}
