namespace BuildSharp.Registry.Protocol;

/// <summary>One challenge of a <c>WWW-Authenticate</c> header (RFC 9110, section 11.6.1): a scheme and its parameters.</summary>
/// <param name="Scheme">Authentication scheme as received, for example <c>Bearer</c>; compare it without case.</param>
/// <param name="Parameters">The parameters; names without case, values unquoted.</param>
internal sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>Whether the scheme is <paramref name="scheme"/>.</summary>
    public bool Is(string scheme) => Scheme.Equals(scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Value of a parameter; null when it is absent or empty.</summary>
    public string? Parameter(string name) => Parameters.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>The challenges of all header lines of a response. One line may have several, separated by commas. Text that is no challenge
    /// ends the parsing of its line.</summary>
    public static IReadOnlyList<Challenge> ParseAll(IEnumerable<string> lines) => [.. lines.SelectMany(Parse)];

    private static List<Challenge> Parse(string line)
    {
        var text = new ChallengeReader(line);
        var challenges = new List<Challenge>();
        while (text.SkipSeparators() && text.Token() is { } scheme)
        {
            var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            while (text.Parameter() is var (name, value))
            {
                parameters[name] = value;
            }

            challenges.Add(new Challenge(scheme, parameters));
        }

        return challenges;
    }
}
