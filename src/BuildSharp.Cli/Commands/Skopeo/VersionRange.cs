using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Skopeo;

/// <summary>A range of versions: <c>&gt;=1.2, &lt;2 || ^3.1</c>, with the operators and wildcards of Masterminds/semver, which skopeo
/// uses.</summary>
internal sealed class VersionRange
{
    private static readonly string[] Operators = [">=", "=>", "<=", "=<", "!=", "~>", ">", "<", "=", "~", "^"];

    // Alternatives, each of conditions that must all hold.
    private readonly IReadOnlyList<IReadOnlyList<Condition>> _alternatives;

    private VersionRange(IReadOnlyList<IReadOnlyList<Condition>> alternatives) => _alternatives = alternatives;

    /// <summary>Parses a range.</summary>
    /// <param name="text">The range.</param>
    /// <param name="place">Start of the message.</param>
    /// <exception cref="BuildSharpException">The text is no range.</exception>
    public static VersionRange Parse(string text, string place) => new(
        [.. text.Split("||").Select(alternative => (IReadOnlyList<Condition>)[.. Words(alternative).Select(word => ParseCondition(word, text, place))])]);

    /// <summary>Whether a tag is a version in the range.</summary>
    public bool Includes(string tag) => SemanticVersion.TryParse(tag, out _) is { } version
        && _alternatives.Any(conditions => conditions.All(condition => condition.Holds(version)));

    // "1.2 - 2.3" are two conditions, and an operator may stand apart from its version.
    private static IEnumerable<string> Words(string alternative)
    {
        var text = alternative.Split(" - ") is [var from, var to] ? $">={from.Trim()} <={to.Trim()}" : alternative;
        var pending = "";
        foreach (var word in text.Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (Operators.Contains(word))
            {
                pending = word;
                continue;
            }

            yield return pending + word;
            pending = "";
        }

        if (pending.Length > 0)
        {
            yield return pending;
        }
    }

    private static Condition ParseCondition(string word, string text, string place)
    {
        var sign = Operators.FirstOrDefault(candidate => word.StartsWith(candidate, StringComparison.Ordinal)) ?? "";
        var parts = word[sign.Length..].Split('.');
        var known = Array.FindIndex(parts, part => part is "x" or "X" or "*") is >= 0 and var wild ? wild : parts.Length;
        if (known == 0)
        {
            return new Condition(">=", new SemanticVersion(0, 0, 0, ""), 3);
        }

        return SemanticVersion.TryParse(string.Join('.', parts[..known]), out var count) is { } version
            ? new Condition(sign, version, count)
            : throw new BuildSharpException($"{place}: {text} is no range of versions, such as \">=1.2, <2\"");
    }

    /// <summary>One comparison.</summary>
    /// <param name="Sign">The operator.</param>
    /// <param name="Bound">The version to compare with.</param>
    /// <param name="Count">How many of its numbers were given; the others may be any.</param>
    private sealed record Condition(string Sign, SemanticVersion Bound, int Count)
    {
        public bool Holds(SemanticVersion version)
        {
            // A pre-release is in a range only if the range names one.
            if (version.PreRelease.Length > 0 && Bound.PreRelease.Length == 0)
            {
                return false;
            }

            return Sign switch
            {
                ">" => ComparePrefix(version) > 0,
                "<" => version.CompareTo(Bound) < 0,
                ">=" or "=>" => version.CompareTo(Bound) >= 0,
                "<=" or "=<" => ComparePrefix(version) <= 0,
                "!=" => ComparePrefix(version) != 0,
                "^" => version.CompareTo(Bound) >= 0 && IsCompatible(version),
                "~" or "~>" => version.CompareTo(Bound) >= 0 && version.Major == Bound.Major && (Count == 1 || version.Minor == Bound.Minor),
                _ => ComparePrefix(version) == 0,
            };
        }

        // By as many numbers as were given.
        private int ComparePrefix(SemanticVersion version) => Count switch
        {
            1 => version.Major.CompareTo(Bound.Major),
            2 => (version.Major, version.Minor).CompareTo((Bound.Major, Bound.Minor)),
            _ => version.CompareTo(Bound),
        };

        // The first number that is not 0 must stay.
        private bool IsCompatible(SemanticVersion version) => version.Major == Bound.Major
            && (Bound.Major > 0 || Count == 1 || (version.Minor == Bound.Minor && (Bound.Minor > 0 || Count == 2 || version.Patch == Bound.Patch)));
    }
}
