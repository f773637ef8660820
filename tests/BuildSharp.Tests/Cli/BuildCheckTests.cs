using BuildSharp.Dockerfiles.Lint.Rules;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Cli;

public class BuildCheckTests
{
    private const string Doubtful = "FROM alpine as Build\nENV token x\n\nfrom scratch\n# check=skip=JSONArgsRecommended // the shell is wanted\nCMD exec app\nCOPY secret.txt /\n";

    [Fact]
    public void Doubtful_habits_are_shown_where_they_are()
    {
        var (status, output, _) = Check(Doubtful);
        Assert.Equal(0, status);
        Snapshot.Match(output);
    }

    [Fact]
    public void Editors_get_the_same_as_JSON() => Snapshot.Match(Check(Doubtful, "--format", "json").Out);

    [Fact]
    public void A_file_that_asks_for_it_fails_by_its_habits()
    {
        var (status, output, error) = Check("# check=error=true;skip=FromAsCasing,LegacyKeyValueFormat\n" + Doubtful);
        Assert.Equal((1, ""), (status, error));
        Assert.Contains("Dockerfile:2:1: error: StageNameCasing: ", output);
        Assert.DoesNotContain("FromAsCasing", output);
        Assert.EndsWith("errors found.\n", output);
    }

    [Fact]
    public void Mistakes_are_told_all_and_fail()
    {
        var (status, output, error) = Check("FROM a\nCPOY x y\nENV\nSTOPSIGNAL SIGFOO\n");
        Assert.Equal((1, ""), (status, error));
        Snapshot.Match(output);
    }

    [Fact]
    public void A_clean_file_is_said_to_be_one() => Assert.Equal((0, "Check complete, nothing found.\n", ""), Check("FROM scratch\nCOPY a /\n"));

    [Theory]
    [InlineData("FROM a\n", "--target", "b", "Error: the target \"b\" was not found")]
    [InlineData("FROM a\n", "--format", "oci", "Error: --format \"oci\": with --check it is text, json, sarif or github\n")]
    public void A_check_that_cannot_be_done_is_a_failure_of_its_own(string dockerfile, string flag, string value, string message)
    {
        var (status, output, error) = Check(dockerfile, flag, value);
        Assert.Equal((125, ""), (status, output));
        Assert.StartsWith(message, error);
    }

    [Fact]
    public void A_malformed_option_of_the_file_is_a_mistake_in_it()
    {
        var (status, output, _) = Check("# check=skp=all\nFROM a\n");
        Assert.Equal(1, status);
        Assert.StartsWith("Dockerfile:1:1: error: failed to parse check options: invalid check option \"skp\" (did you mean skip?)\n", output);
    }

    [Fact]
    public void The_caller_may_choose_the_rules()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("Dockerfile", Doubtful);
        var line = new CommandLine { Directory = directory.Path };
        line.Environment["BUILDKIT_DOCKERFILE_CHECK"] = "skip=all";
        Assert.Equal((0, "Check complete, nothing found.\n", ""), line.Run("build", "--check", "."));
        line.Environment["BUILDKIT_DOCKERFILE_CHECK"] = "skp=all";
        Assert.StartsWith("Error: BUILDKIT_DOCKERFILE_CHECK: ", line.Run("build", "--check", ".").Error);
    }

    [Fact]
    public void Every_rule_has_a_sentence_and_a_name_of_its_own()
    {
        Assert.Equal(LintRules.All.Count, LintRules.All.Select(rule => rule.Name).Distinct().Count());
        Assert.All(LintRules.All, rule => Assert.Same(rule, LintRules.Find(rule.Name)));
        Assert.All(LintRules.All, rule => Assert.NotEmpty(rule.Description));
    }

    private static (int Status, string Out, string Error) Check(string dockerfile, params string[] flags)
    {
        using var directory = new TemporaryDirectory();
        directory.Write("Dockerfile", dockerfile);
        directory.Write(".dockerignore", "secret*\n");
        return new CommandLine { Directory = directory.Path }.Run(["bud", "--check", .. flags, "."]);
    }
}
