using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace BuildSharp.Testing;

/// <summary>
/// Replaces what differs from run to run before a snapshot is compared. Ids, digests and short ids get numbers in the order they
/// appear, so that a text that names the same image twice still shows it. Immutable.
/// </summary>
public sealed partial record Scrubber
{
    private ImmutableArray<(string Text, string Name)> Literals { get; init; } = [];

    private bool ReplacesShortIds { get; init; }

    private bool ReplacesSizes { get; init; }

    /// <summary>Temporary paths, digests, 64-digit ids and times.</summary>
    public static Scrubber Default { get; } = new();

    /// <summary>Replaces <paramref name="text"/>, say a test's root, by <c>{name}</c>.</summary>
    public Scrubber Replacing(string text, string name) => this with { Literals = Literals.Add((text, name)) };

    /// <summary>Also replaces bare 12-digit ids, as tables print them.</summary>
    public Scrubber WithShortIds() => this with { ReplacesShortIds = true };

    /// <summary>Also replaces human sizes such as <c>1.24 MB</c>.</summary>
    public Scrubber WithSizes() => this with { ReplacesSizes = true };

    /// <summary>The text with everything that varies replaced.</summary>
    public string Scrub(string text)
    {
        // The longest first, or a path's prefix would hide the path.
        foreach ((var literal, var name) in Literals.OrderByDescending(pair => pair.Text.Length))
        {
            text = text.Replace(literal, $"{{{name}}}");
        }

        text = text.Replace(Checkout.Root, "{checkout}");
        text = TemporaryPath().Replace(text, "{temp}");
        text = Numbered(text, DigestPattern(), "sha256:{digest-", "}");
        text = Numbered(text, LongId(), "{id-", "}");
        if (ReplacesShortIds)
        {
            text = Numbered(text, ShortId(), "{short-", "}");
        }

        text = InstantPattern().Replace(text, "{time}");
        text = AgePattern().Replace(text, "{age}");
        if (ReplacesSizes)
        {
            text = SizePattern().Replace(text, "{size}");
        }

        return text;
    }

    private static string Numbered(string text, Regex pattern, string before, string after)
    {
        var seen = new Dictionary<string, int>();
        return pattern.Replace(text, match =>
        {
            if (!seen.TryGetValue(match.Value, out var number))
            {
                seen.Add(match.Value, number = seen.Count + 1);
            }

            return $"{before}{number}{after}";
        });
    }

    [GeneratedRegex(@"/[\w./-]*bs-test-\w+")]
    private static partial Regex TemporaryPath();

    [GeneratedRegex(@"sha256:[0-9a-f]{64}")]
    private static partial Regex DigestPattern();

    [GeneratedRegex(@"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")]
    private static partial Regex LongId();

    [GeneratedRegex(@"(?<![0-9a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{12}(?![0-9a-f])")]
    private static partial Regex ShortId();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?(Z|[+-]\d\d:?\d\d)( UTC)?)?")]
    private static partial Regex InstantPattern();

    [GeneratedRegex(@"(Less than a second|About a minute|About an hour|\d+ (seconds?|minutes?|hours?|days?|weeks?|months?|years?)) ago")]
    private static partial Regex AgePattern();

    [GeneratedRegex(@"(?<![\w.])\d+(\.\d+)? ?([kKMGT]i?B|B|bytes)(?!\w)")]
    private static partial Regex SizePattern();
}
