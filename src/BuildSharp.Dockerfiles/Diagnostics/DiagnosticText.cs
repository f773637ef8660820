using System.Globalization;
using System.Text;
using BuildSharp.Oci;

namespace BuildSharp.Dockerfiles;

/// <summary>Findings as a person reads them: place and sentence, the excerpt, then what to do.</summary>
public static class DiagnosticText
{
    private const int Shown = 20;

    /// <summary>All findings, each with its excerpt.</summary>
    /// <param name="diagnostics">What to show, in order.</param>
    /// <param name="total">How many there were, when not all were kept.</param>
    public static string Render(IReadOnlyList<Diagnostic> diagnostics, int? total = null)
    {
        var output = new StringBuilder();
        foreach (var diagnostic in diagnostics.Take(Shown))
        {
            Append(output, diagnostic);
        }

        var more = (total ?? diagnostics.Count) - Math.Min(Shown, diagnostics.Count);
        if (more > 0)
        {
            output.Append(CultureInfo.InvariantCulture, $"and {more} more.\n");
        }

        return output.ToString().TrimEnd('\n');
    }

    /// <summary>One finding, with <c>error:</c> or <c>warning:</c> behind the place, as compilers write it and editors read it.</summary>
    public static string WithSeverity(Diagnostic diagnostic)
    {
        var output = new StringBuilder();
        Append(output, diagnostic, diagnostic.Severity == Severity.Error ? "error: " : "warning: ");
        return output.ToString().TrimEnd('\n');
    }

    /// <summary>The place of a finding and its sentence, on one line.</summary>
    /// <param name="diagnostic">The finding.</param>
    /// <param name="severity">What stands between the two.</param>
    public static string Headline(Diagnostic diagnostic, string severity = "") =>
        $"{diagnostic.Span}: {severity}{AddressCredentials.Masked(diagnostic.Headline)}";

    /// <summary>What belongs to a finding besides its place and its sentence: the excerpt, then what to do. Whole lines.</summary>
    public static string Details(Diagnostic diagnostic)
    {
        var output = new StringBuilder();
        AppendDetails(output, diagnostic);
        return output.ToString();
    }

    private static void Append(StringBuilder output, Diagnostic diagnostic, string severity = "")
    {
        output.Append(Headline(diagnostic, severity)).Append('\n');
        AppendDetails(output, diagnostic);
    }

    private static void AppendDetails(StringBuilder output, Diagnostic diagnostic)
    {
        output.Append(Excerpt.Of(diagnostic.Span));
        foreach (var hint in diagnostic.Hints)
        {
            output.Append(CultureInfo.InvariantCulture, $"       {AddressCredentials.Masked(hint)}\n");
        }
    }
}
