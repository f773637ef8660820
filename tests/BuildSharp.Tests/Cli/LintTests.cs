using System.Text.Json;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Cli;

/// <summary><c>dockerfile lint</c>: which files it finds, in which forms it prints, and with which status it ends.</summary>
public sealed class LintTests : IDisposable
{
    private readonly TemporaryDirectory _repository = new();

    public LintTests()
    {
        _repository.Write("Dockerfile", "FROM alpine as base\n");
        _repository.Write("Dockerfile.dockerignore", "secret*\n");
        _repository.Write("services/a b/Containerfile.test", "FROM scratch\nCPOY x y\n");
        _repository.Write("services/b/web.Dockerfile", "FROM scratch\nCOPY a /\n");
        _repository.Write("vendor/lib/Dockerfile", "FROM x\nMAINTAINER me\n");
        _repository.Write(".ci/Dockerfile", "FORM x\n");
        _repository.Write("docs/Dockerfile.md/text", "no Dockerfile\n");
    }

    public void Dispose() => _repository.Dispose();

    [Fact]
    public void Every_Dockerfile_of_a_repository_is_checked_in_one_call()
    {
        var (status, output, error) = Lint();
        Assert.Equal((1, ""), (status, error));
        Snapshot.Match(output);
    }

    [Theory]
    [InlineData("Dockerfile vendor/lib/Dockerfile", "**/Dockerfile*")]
    [InlineData("Dockerfile", "**/Dockerfile*", "!vendor/**")]
    [InlineData("vendor/lib/Dockerfile", "vendor/lib/Dockerfile")]
    [InlineData(".ci/Dockerfile", ".ci/**")]
    [InlineData(".ci/Dockerfile", ".ci/Dockerfile")]
    public void Patterns_say_which_files(string expected, params string[] patterns) => Assert.Equal(expected, Files(patterns));

    [Fact]
    public void What_git_ignores_is_left_out_unless_a_pattern_names_it()
    {
        _repository.Write(".gitignore", "vendor/\n");
        Tool.Named("git").In(_repository.Path).Run(["init", "-q"]);
        Assert.Equal("Dockerfile", Files("**/Dockerfile*"));
        Assert.Equal("vendor/lib/Dockerfile", Files("vendor/**/Dockerfile"));
    }

    [Fact]
    public void A_link_to_a_directory_above_is_not_followed()
    {
        File.CreateSymbolicLink(_repository["services/loop"], "..");
        Assert.Equal("Dockerfile vendor/lib/Dockerfile", Files("**/Dockerfile*"));
    }

    [Theory]
    [InlineData("json")]
    [InlineData("sarif")]
    [InlineData("github")]
    public void Services_get_the_findings_in_their_own_form(string format)
    {
        var (status, output, error) = Lint("--format", format, "**/Dockerfile*", "**/Containerfile*");
        Assert.Equal((1, ""), (status, error));
        if (format == "sarif")
        {
            using var log = JsonDocument.Parse(output);
            var run = log.RootElement.GetProperty("runs")[0];
            var rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().Select(rule => rule.GetProperty("id").GetString()).ToList();
            Assert.All(run.GetProperty("results").EnumerateArray(), result => Assert.Contains(result.GetProperty("ruleId").GetString(), rules));
            output = run.GetProperty("results").GetRawText() + "\n";
        }

        Snapshot.Match(output, variant: format);
    }

    [Fact]
    public void Warnings_alone_do_not_fail() => Assert.Equal(0, Lint("Dockerfile").Status);

    [Theory]
    [InlineData("Error: no/Dockerfile: no such file or directory\n", "no/Dockerfile")]
    [InlineData("Error: vendor: this is a directory; its Dockerfiles are \"vendor/**/Dockerfile*\"\n", "vendor")]
    [InlineData("Error: --format \"xml\": of \"dockerfile lint\" it is text, json, sarif or github\n", "--format", "xml")]
    [InlineData("Error: \"dockerfile lint\" has --format json\n", "--json")]
    [InlineData("Error: --target has no meaning for \"dockerfile lint\", which checks whole files\n", "--target", "x")]
    public void A_check_that_cannot_be_done_is_a_failure_of_its_own(string message, params string[] words) =>
        Assert.Equal((125, "", message), Lint(words));

    [Fact]
    public void Nothing_to_check_is_said_not_passed_over()
    {
        var (status, _, error) = Lint("**/Nothing*");
        Assert.Equal((125, $"Error: no Dockerfile to check: nothing below {_repository.Path} matches **/Nothing*\n"), (status, error));
    }

    private string Files(params string[] patterns)
    {
        using var found = JsonDocument.Parse(Lint(["--format", "json", .. patterns]).Out);
        return string.Join(' ', found.RootElement.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("file").GetString()).Distinct());
    }

    private (int Status, string Out, string Error) Lint(params string[] words) =>
        new CommandLine { Directory = _repository.Path }.Run(["dockerfile", "lint", .. words]);
}
