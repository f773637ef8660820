using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Ignoring;
using BuildSharp.Dockerfiles.Lint;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Dockerfiles;

/// <summary>Lint rules against the shared cases.</summary>
public class SharedLintTests
{
    private const string CheckArgument = "build-arg:BUILDKIT_DOCKERFILE_CHECK=";

    public static TheoryData<string> Folders => [.. CaseTable.Folders("dockerfile/lint")];

    [RequiresTheory(Needs.None, Cases = "dockerfile/lint")]
    [MemberData(nameof(Folders))]
    public void A_file_has_the_expected_findings(string name)
    {
        var folder = SharedCases.Locate($"dockerfile/lint/{name}")!;
        var extra = Extra(folder);
        var dockerfile = DockerfileParser.Read([SourceText.FromBytes(File.ReadAllBytes(Path.Combine(folder, "Dockerfile")), "Dockerfile")]);
        var ignore = Path.Combine(folder, ".dockerignore");
        var option = extra.GetValueOrDefault("build_option", "");
        var context = new LintContext(dockerfile, new BuildArguments())
        {
            Ignored = File.Exists(ignore) ? IgnoreFile.Parse(File.ReadAllText(ignore)) : null,
        };
        var given = option.StartsWith(CheckArgument, StringComparison.Ordinal) ? LintOptions.Parse(option[CheckArgument.Length..]) : null;
        var findings = Linter.Run(context, given).Findings;

        // Some inputs occur several times with different findings, for upstream changed the file in between; one of them must fit.
        Assert.Contains(
            SameInput(folder).Select(same => CaseTable.Read(Path.Combine(same, "warnings.tsv"))),
            expected => expected.Select(row => (row["rule"], row["line"], row["message"])).SequenceEqual(findings.Select((finding, index) => (
                finding.Rule!, $"{finding.Span.Start.Line}",
                index < expected.Count && expected[index]["message"].Length == 0 ? "" : finding.Message))));

        if (extra.GetValueOrDefault("error_contains", "") is not { Length: > 0 } wanted)
        {
            return;
        }

        var error = dockerfile.ErrorCount > 0 ? dockerfile.Diagnostics.First(d => d.Severity == Severity.Error).Message
            : findings.Count > 0 && (given ?? Linter.OptionsOf(dockerfile)).IsError ? Linter.Violation(findings).Diagnostics[0].Message
            : null;

        // BuildKit puts "dockerfile parse error on line N: " before; here the place stands in front of every message.
        var prefix = $"dockerfile parse error on line {extra.GetValueOrDefault("error_line")}: ";
        if (error is not null)
        {
            Assert.Contains(wanted.StartsWith(prefix, StringComparison.Ordinal) ? wanted[prefix.Length..] : wanted, error);
        }
    }

    private static Dictionary<string, string> Extra(string folder) => Path.Combine(folder, "extra.tsv") is var path && File.Exists(path)
        ? File.ReadLines(path).Select(line => line.Split('\t')).ToDictionary(cells => cells[0], cells => cells[1])
        : [];

    private static IEnumerable<string> SameInput(string folder) => Directory.EnumerateDirectories(Path.GetDirectoryName(folder)!)
        .Where(other => Inputs(other) == Inputs(folder));

    private static string Inputs(string folder)
    {
        var ignore = Path.Combine(folder, ".dockerignore");
        return File.ReadAllText(Path.Combine(folder, "Dockerfile")) + (File.Exists(ignore) ? File.ReadAllText(ignore) : "") +
            Extra(folder).GetValueOrDefault("build_option");
    }
}
