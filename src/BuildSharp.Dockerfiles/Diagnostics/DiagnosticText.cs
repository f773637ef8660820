using System.Globalization;
using System.Text;
using BuildSharp.Oci;

namespace BuildSharp.Dockerfiles;

/// <summary>Findings as a person reads them: place and sentence, the excerpt, then what to do.</summary>
public static class DiagnosticText
{
    private const int Shown = 20;

    /// <summary>All findings, each with its excerpt; the first line of the first is the headline a one-line log shows.</summary>
    /// <param name="diagnostics">What to show, in order.</param>
    /// <param name="total">How many there were, when not all were kept.</param>
    public static string Render(IReadOnlyList<Diagnostic> diagnostics, int? total = null)
    {
        var output = new StringBuilder();
        foreach (var diagnostic in diagnostics.Take(Shown)) Append(output, diagnostic);
        var more = (total ?? diagnostics.Count) - Math.Min(Shown, diagnostics.Count);
        if (more > 0) output.Append(CultureInfo.InvariantCulture, $"and {more} more.\n");
        return output.ToString().TrimEnd('\n');
    }

    /// <summary>One finding, with <c>error:</c> or <c>warning:</c> behind the place, as compilers write it and editors read it.</summary>
    public static string WithSeverity(Diagnostic diagnostic)
    {
        var output = new StringBuilder();
        Append(output, diagnostic, diagnostic.Severity == Severity.Error ? "error: " : "warning: ");
        return output.ToString().TrimEnd('\n');
    }

    private static void Append(StringBuilder output, Diagnostic diagnostic, string severity = "")
    {
        output.Append(CultureInfo.InvariantCulture, $"{diagnostic.Span}: {severity}{AddressCredentials.Masked(diagnostic.Headline)}\n");
        output.Append(Excerpt.Of(diagnostic.Span));
        foreach (var hint in diagnostic.Hints) output.Append(CultureInfo.InvariantCulture, $"       {AddressCredentials.Masked(hint)}\n");
    }
}
