using BuildSharp.Build;
using BuildSharp.Build.Explaining;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Building.Reporting;

/// <summary>The differences that made a step miss the cache, as a page shows them.</summary>
/// <param name="Shown">The first ones.</param>
/// <param name="More">Number of those that are left out.</param>
internal sealed record ReportedDifferences(IReadOnlyList<ReportDifference> Shown, int More)
{
    private const int Most = 50;

    /// <summary>Those with values; the others are said by the reason.</summary>
    public static ReportedDifferences Of(StepExplained? explained)
    {
        List<Difference> all = [.. (explained?.Differences ?? []).Where(difference => difference.Before is not null || difference.Now is not null)];
        return new ReportedDifferences([.. all.Take(Most).Select(Of)], Math.Max(all.Count - Most, 0));
    }

    private static ReportDifference Of(Difference difference)
    {
        var isSecret = difference.Kind == DifferenceKind.Argument && CommandText.IsSecretName(difference.Subject);
        return new ReportDifference(difference.Phrase, Shown(difference.Before), Shown(difference.Now));
        string? Shown(string? value) => isSecret && value is { Length: > 0 } ? CommandText.Mask : value;
    }
}
