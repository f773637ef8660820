namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary>Values of <c>--env</c> for <c>run</c> and <c>bud</c>: <c>K=V</c>, or <c>K</c>, <c>K*</c> and <c>*</c> to copy from our own
/// environment.</summary>
internal static class CallerVariables
{
    /// <summary>The variables as <c>NAME=value</c>; a name that our environment does not set is left out.</summary>
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
