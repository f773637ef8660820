using System.Globalization;
using System.Text;
using BuildSharp.Oci;

namespace BuildSharp.Dockerfiles.Diagnostics;

/// <summary>Formats diagnostics for display: place and sentence, excerpt, hints.</summary>
public static class DiagnosticText
{
    private const int Shown = 20;

    /// <summary>All diagnostics, each with its excerpt.</summary>
    /// <param name="diagnostics">The diagnostics to show, in order.</param>
    /// <param name="total">Total number, if not all were kept.</param>
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

    /// <summary>One diagnostic with <c>error:</c> or <c>warning:</c> after the place, the format of compilers that editors
    /// recognise.</summary>
    public static string WithSeverity(Diagnostic diagnostic)
    {
        var output = new StringBuilder();
        Append(output, diagnostic, diagnostic.Severity == Severity.Error ? "error: " : "warning: ");
        return output.ToString().TrimEnd('\n');
    }

    /// <summary>Place and sentence of a diagnostic on one line.</summary>
    /// <param name="diagnostic">The diagnostic.</param>
    /// <param name="severity">Text between place and sentence.</param>
    public static string Headline(Diagnostic diagnostic, string severity = "") =>
        $"{diagnostic.Span}: {severity}{AddressCredentials.Masked(diagnostic.Headline)}";

    /// <summary>Excerpt and hints of a diagnostic, as complete lines.</summary>
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
