using System.Globalization;
using BuildSharp.Cli.Commands.Building;
using BuildSharp.Cli.Output;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Lint.Rules;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Checking;

/// <summary>Output formats for findings.</summary>
internal static class FindingsFormat
{
    private static readonly Dictionary<string, Action<DockerfileFindings, TextWriter>> Writers = new(StringComparer.Ordinal)
    {
        ["text"] = WriteText,
        ["json"] = WriteJson,
        ["sarif"] = SarifLog.Write,
        ["github"] = WriteGitHub,
    };

    /// <summary>The writer for a value of <c>--format</c>.</summary>
    /// <param name="given">The value; null, when the flag is absent, means text.</param>
    /// <param name="when">Where these values apply, for the error message; for example <c>with --check</c>.</param>
    /// <exception cref="BuildSharpException">The format is unknown.</exception>
    public static Action<DockerfileFindings, TextWriter> Parse(string? given, string when) =>
        Writers.GetValueOrDefault(given ?? "text")
        ?? throw new BuildSharpException($"--format {GoQuoting.Quote(given!)}: {when} it is {string.Join(", ", Writers.Keys.SkipLast(1))} or {Writers.Keys.Last()}");

    /// <summary>One line with the number of findings: <c>Check complete, 2 warnings found.</c></summary>
    private static string Summary(DockerfileFindings findings) => (findings.Errors, findings.Warnings) switch
    {
        (0, 0) => "Check complete, nothing found.",
        (0, var warnings) => $"Check complete, {Count(warnings, "warning")} found.",
        (var errors, 0) => $"Check complete, {Count(errors, "error")} found.",
        var (errors, warnings) => $"Check complete, {Count(errors, "error")} and {Count(warnings, "warning")} found.",
    };

    private static void WriteText(DockerfileFindings findings, TextWriter output)
    {
        foreach (var finding in findings.Told)
        {
            output.WriteLine(DiagnosticText.WithSeverity(finding));
        }

        if (Untold(findings) is { } more)
        {
            output.WriteLine(more);
        }

        output.WriteLine(Summary(findings));
    }

    private static void WriteJson(DockerfileFindings findings, TextWriter output) =>
        output.WriteLine(GoValueJson.Indented(Value(findings), escapeHtml: false));

    /// <summary>Writes workflow commands, which GitHub Actions shows as annotations at the source lines.</summary>
    /// <remarks>GitHub Docs, "Workflow commands for GitHub Actions", "Setting an error message".</remarks>
    private static void WriteGitHub(DockerfileFindings findings, TextWriter output)
    {
        foreach (var finding in findings.Told)
        {
            var span = finding.Span;
            var place = string.Create(CultureInfo.InvariantCulture, $"line={span.Start.Line},endLine={span.End.Line},col={span.Start.Column}");
            var message = string.Join('\n', finding.Hints.Prepend(finding.Message).Select(AddressCredentials.Masked));
            output.WriteLine($"::{Word(finding.Severity)} file={Property(span.FileName)},{place},title={Property(finding.Rule ?? "Dockerfile")}::{Data(message)}");
        }

        output.WriteLine(Untold(findings) is { } more ? $"{more} {Summary(findings)}" : Summary(findings));

        static string Data(string text) => text.Replace("%", "%25", StringComparison.Ordinal)
            .Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

        static string Property(string text) =>
            Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
    }

    private static string? Untold(DockerfileFindings findings) =>
        findings.Errors + findings.Warnings - findings.Told.Count is > 0 and var more
            ? string.Create(CultureInfo.InvariantCulture, $"and {more} more.")
            : null;

    private static string Count(int number, string what) => string.Create(CultureInfo.InvariantCulture, $"{number} {what}{(number == 1 ? "" : "s")}");

    private static string Word(Severity severity) => severity == Severity.Error ? "error" : "warning";

    private static GoValue.Struct Value(DockerfileFindings findings) => new("Check",
    [
        new GoField("errors", "errors", new GoValue.Integer(findings.Errors)),
        new GoField("warnings", "warnings", new GoValue.Integer(findings.Warnings)),
        new GoField("findings", "findings", new GoValue.List([.. findings.Told.Select(Value)])),
    ]);

    private static GoValue Value(Diagnostic finding) => new GoValue.Struct("Finding",
    [
        .. StatementValue.Place(finding.Span),
        StatementValue.Field("severity", new GoValue.Text(Word(finding.Severity))),
        StatementValue.Field("rule", finding.Rule is { } rule ? new GoValue.Text(rule) : GoValue.None),
        StatementValue.Field("description", finding.Rule is { } known ? new GoValue.Text(LintRules.Find(known)!.Description) : GoValue.None),
        StatementValue.Field("message", new GoValue.Text(finding.Message)),
        StatementValue.Field("hints", GoValue.Texts(finding.Hints)),
    ]);
}
