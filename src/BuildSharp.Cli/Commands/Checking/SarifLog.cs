using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Lint.Rules;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Checking;

/// <summary>Findings as SARIF 2.1.0, the format that code-scanning services read.</summary>
/// <remarks>OASIS, Static Analysis Results Interchange Format 2.1.0. Declares only the properties that we write.</remarks>
internal sealed record SarifLog([property: JsonPropertyName("$schema")] string Schema, string Version, IReadOnlyList<SarifLog.SarifRun> Runs)
{
    /// <summary>Rule ID for parse errors, which belong to no lint rule: SARIF groups results by rule.</summary>
    private const string MistakeRule = "InvalidDockerfile";

    /// <summary>Writes the findings as one indented JSON document with a final newline.</summary>
    public static void Write(DockerfileFindings findings, TextWriter output)
    {
        var rules = new List<SarifRule> { new(MistakeRule, new SarifText("The Dockerfile cannot be built")) };
        rules.AddRange(LintRules.All.Select(rule => new SarifRule(rule.Name, new SarifText(rule.Description))));
        var tool = new SarifTool(new SarifDriver("buildsharp", BuildSharpVersion.Number, rules));
        var log = new SarifLog(
            "https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", [new SarifRun(tool, [.. findings.Told.Select(Result)], "utf16CodeUnits")]);
        output.WriteLine(JsonSerializer.Serialize(log, SarifContext.Readable.SarifLog));
    }

    private static SarifResult Result(Diagnostic finding)
    {
        var span = finding.Span;
        var message = string.Join('\n', finding.Hints.Prepend(finding.Message).Select(AddressCredentials.Masked));
        var place = new SarifPlace(
            new SarifFile(Address(span.FileName)), new SarifRegion(span.Start.Line, span.Start.Column, span.End.Line, span.End.Column));
        return new SarifResult(
            finding.Rule ?? MistakeRule, finding.Severity == Severity.Error ? "error" : "warning", new SarifText(message), [new SarifLocation(place)]);
    }

    /// <summary>A path as a URI. Relative paths stay relative, so that the service can resolve them in its checkout.</summary>
    private static string Address(string path) => Path.IsPathRooted(path)
        ? new UriBuilder { Scheme = Uri.UriSchemeFile, Host = "", Path = path }.Uri.AbsoluteUri
        : string.Join('/', path.Split('/').Where(part => part != ".").Select(Uri.EscapeDataString));

    internal sealed record SarifRun(SarifTool Tool, IReadOnlyList<SarifResult> Results, string ColumnKind);

    internal sealed record SarifTool(SarifDriver Driver);

    internal sealed record SarifDriver(string Name, string Version, IReadOnlyList<SarifRule> Rules);

    internal sealed record SarifRule(string Id, SarifText ShortDescription);

    internal sealed record SarifText(string Text);

    internal sealed record SarifResult(string RuleId, string Level, SarifText Message, IReadOnlyList<SarifLocation> Locations);

    internal sealed record SarifLocation(SarifPlace PhysicalLocation);

    internal sealed record SarifPlace(SarifFile ArtifactLocation, SarifRegion Region);

    internal sealed record SarifFile(string Uri);

    internal sealed record SarifRegion(int StartLine, int StartColumn, int EndLine, int EndColumn);
}

/// <summary>Serialises <see cref="SarifLog"/> without reflection.</summary>
[JsonSerializable(typeof(SarifLog))]
internal sealed partial class SarifContext : JsonSerializerContext
{
    /// <summary>Does not escape quotes and non-ASCII letters as HTML-safe JSON does, so that messages stay readable.</summary>
    public static SarifContext Readable { get; } = new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
