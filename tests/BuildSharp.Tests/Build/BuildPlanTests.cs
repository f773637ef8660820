using BuildSharp.Build;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Oci;

namespace BuildSharp.Tests.Build;

public class BuildPlanTests
{
    [Fact]
    public void Stages_that_the_target_does_not_reach_are_not_built()
    {
        var plan = Plan("""
            FROM a AS one
            FROM b AS unused
            FROM one AS two
            FROM scratch
            COPY --from=two /x /x
            """);
        Assert.Equal([0, 2, 3], plan.Needed);
        Assert.Equal(4, plan.Graph.Stages.Count);
    }

    [Theory]
    [InlineData(false, "FROM a AS one\nRUN x\nFROM b\nCOPY --from=one x x")]
    [InlineData(false, "FROM a AS one\nRUN x\nFROM b\nENV A=b\nRUN --mount=from=one x\nRUN y")]
    [InlineData(false, "FROM a AS one\nRUN x\nFROM one AS two\nRUN y\nFROM two\nRUN z")]
    [InlineData(false, "FROM a AS one\nFROM b AS unused\nFROM c\nCOPY --from=one x x")]
    [InlineData(true, "FROM a AS one\nRUN x\nFROM b\nRUN y\nCOPY --from=one x x")]
    [InlineData(true, "FROM a AS one\nFROM a AS two\nFROM c\nCOPY --from=one x x\nCOPY --from=two x x")]
    [InlineData(true, "FROM a AS one\nFROM one AS two\nFROM one AS three\nFROM two\nCOPY --from=three x x\n")]
    public void Stages_are_built_side_by_side_when_one_has_work_before_it_needs_the_other(bool expected, string text) =>
        Assert.Equal(expected, Plan(text).HasSideBySide);

    [Fact]
    public void A_stage_starts_when_its_first_instruction_that_changes_files_has_what_it_needs()
    {
        var graph = Plan("FROM a AS one\nFROM b AS two\nFROM c AS three\nFROM one\nENV A=b\nCOPY --from=two x x\nCOPY --from=three x x").Graph;
        Assert.Equal([0, 1], graph.NeededToStart(3));
        Assert.Equal([0, 1], Plan("FROM a AS one\nFROM b AS two\nFROM c\nARG X=one\nCOPY --from=$X x x").Graph.NeededToStart(2));
    }

    [Fact]
    public void A_target_drops_the_stages_after_it()
    {
        const string text = "FROM a AS one\nFROM b AS two\nFROM c";
        Assert.Equal(2, Plan(text, request => request with { Target = "TWO" }).Graph.Stages.Count);
        Assert.Single(Plan(text, request => request with { Target = "0" }).Graph.Stages);
    }

    [Theory]
    [InlineData("FROM a AS one", ": its named stages are one")]
    [InlineData("FROM a AS one\nFROM b AS tow", " (did you mean tow?)")]
    [InlineData("FROM a", ": none of its stages has a name")]
    public void An_unknown_target_is_an_error_that_says_which_there_are(string text, string known)
    {
        var error = Assert.Throws<BuildSharpException>(() => Plan(text, request => request with { Target = "two" }));
        Assert.Equal($"the target \"two\" was not found in the provided Dockerfile{known}", error.Message);
    }

    [Theory]
    [InlineData("bulid", "Did you mean the stage build?")]
    [InlineData("last", "Stage last begins on line 3; a stage can use only those above it.")]
    [InlineData("here", "A stage cannot take anything from itself.")]
    [InlineData("", "--from is empty here: its variable has no value.")]
    [InlineData("7", "The last stage above this one has the number 0.")]
    [InlineData("docker.io/library/alpine", null)]
    public void A_name_that_no_earlier_stage_has_is_explained(string name, string? hint) => Assert.Equal(
        hint is null ? [] : [hint], Plan("FROM a AS build\nFROM a AS here\nFROM a AS last").Graph.Explain(name, 1));

    [Fact]
    public void Many_stages_that_may_copy_from_any_other_are_each_looked_at_once()
    {
        const int count = 20_000;
        var chain = string.Concat(Enumerable.Range(0, count).Select(i => $"FROM s{i - 1} AS s{i}\nCOPY --from=$X a b\nCOPY --from=s{i / 2} a b\n"));
        Assert.Equal(count, Plan(chain).Needed.Count);
    }

    [Theory]
    [InlineData("COPY --chmod=8 a /", 6, "Error parsing chmod 8: invalid chmod parameter: '8'. it should be octal string and between 0 and 07777")]
    [InlineData("ADD --chmod=u+q a /", 5, "Error parsing chmod u+q: invalid chmod parameter: 'u+q'. it should be octal string and between 0 and 07777")]
    [InlineData("COPY --exclude=x --exclude=[a a /", 18, "--exclude: syntax error in pattern \"[a\"")]
    [InlineData("COPY --exclude=! a /", 6, "--exclude: illegal exclusion pattern: \"!\"")]
    [InlineData("COPY --chmod= a /", 6, "no value specified for --chmod=")]
    [InlineData("COPY --chown= a /", 6, "no value specified for --chown=")]
    [InlineData("ADD --checksum=sha256:0 a /", 25, "checksum flag is not supported for local sources")]
    public void A_flag_that_cannot_be_right_is_told_before_anything_is_built(string line, int column, string message)
    {
        var error = Assert.Throws<DockerfileException>(() => Plan("FROM scratch\nRUN true\n" + line));
        Assert.Equal(($"3:{column}", message), (error.Diagnostics[0].Span.Start.ToString(), error.Diagnostics[0].Message));
    }

    [Theory]
    [InlineData("$BULIDPLATFORM", "empty platform value from expression $BULIDPLATFORM (did you mean BUILDPLATFORM?)")]
    [InlineData("${P}", "empty platform value from expression ${P}")]
    [InlineData("a/b/c/d", "invalid platform \"a/b/c/d\": expected os/architecture or os/architecture/variant")]
    public void A_platform_that_is_none_is_told_at_the_flag(string platform, string message)
    {
        var error = Assert.Throws<DockerfileException>(() => Plan($"ARG P\nFROM --platform={platform} scratch"));
        Assert.Equal(("2:6", message), (error.Diagnostics[0].Span.Start.ToString(), error.Diagnostics[0].Message));
    }

    [Fact]
    public void An_architecture_is_a_platform() =>
        Assert.Equal(Platform.Parse("linux/arm64"), Plan("FROM --platform=arm64 scratch").Graph.Stages[0].Platform);

    [Theory]
    [InlineData("COPY --chmod=$M --chown=$O a /")]
    [InlineData("COPY --chmod=u=rwX,go= a /")]
    [InlineData("ADD --checksum=sha256:0 $S /")]
    [InlineData("ADD --checksum=sha256:0 https://host/f /")]
    public void A_flag_that_may_be_right_waits(string line) => Assert.Single(Plan("FROM scratch\n" + line).Needed);

    [Fact]
    public void A_plan_knows_which_stages_others_start_and_copy_from()
    {
        var uses = Plan("""
            FROM a AS one
            FROM one AS two
            FROM one AS unused
            FROM two AS three
            FROM scratch
            COPY --from=three /x /x
            COPY --from=0 /y /y
            """).Uses;
        Assert.Equal([true, true, false, false, false], Enumerable.Range(0, 5).Select(uses.IsBase));
        Assert.Equal([true, false, false, true, false], Enumerable.Range(0, 5).Select(uses.IsCopiedFrom));
        Assert.True(uses.IsBaseAfter(0, place: 0));
        Assert.False(uses.IsBaseAfter(0, place: 1));
    }

    [Fact]
    public void Of_two_stages_with_one_name_the_later_is_meant()
    {
        var plan = Plan("FROM a AS x\nFROM b AS x\nFROM x");
        Assert.Equal(new EarlierStageBase(1), plan.Graph.Stages[2].Base);
    }

    [Fact]
    public void A_stage_is_found_by_its_number_unless_that_is_a_name()
    {
        var plan = Plan("FROM a\nFROM b\nFROM scratch\nCOPY --from=1 /x /x");
        Assert.Equal([1, 2], plan.Needed);
    }

    [Fact]
    public void A_stage_cannot_name_itself_or_a_later_one()
    {
        var plan = Plan("FROM later AS me\nFROM scratch AS later");
        Assert.Equal(new ImageBase("later"), plan.Graph.Stages[0].Base);
        Assert.Equal([1], plan.Needed);
    }

    [Fact]
    public void A_copy_whose_source_is_a_variable_needs_every_earlier_stage()
    {
        var plan = Plan("FROM a AS one\nFROM b AS two\nFROM scratch\nARG S=one\nCOPY --from=$S /x /x");
        Assert.Equal([0, 1, 2], plan.Needed);
    }

    [Theory]
    [InlineData("ARG V=1\nFROM base:$V", "base:1")]
    [InlineData("ARG V=1\nARG W=x$V\nFROM base:$W", "base:x1")]
    [InlineData("ARG V\nFROM base:${V:-none}", "base:none")]
    [InlineData("FROM base-$TARGETOS", "base-linux")]
    public void A_from_line_sees_arguments_declared_before_it(string text, string image) =>
        Assert.Equal(new ImageBase(image), Plan(text).Graph.Stages[0].Base);

    [Fact]
    public void A_given_argument_beats_the_default()
    {
        var given = new BuildArguments { Given = new Dictionary<string, string> { ["V"] = "2" } };
        var plan = Plan("ARG V=1\nFROM base:$V", request => request with { Arguments = given });
        Assert.Equal(new ImageBase("base:2"), plan.Graph.Stages[0].Base);
    }

    [Fact]
    public void An_argument_of_a_stage_is_not_seen_by_a_from_line() =>
        Assert.Throws<DockerfileException>(() => Plan("FROM a\nARG V=1\nFROM $V"));

    [Fact]
    public void Labels_are_a_last_instruction_and_variables_a_first_one()
    {
        var plan = Plan("FROM a\nCMD x\nFROM b\nCMD y", request => request with
        {
            Labels = [new("a b", "c\"d")],
            Env = [new("E", "1")],
        });
        Assert.Equal(["ENV \"E\"=\"1\"", "CMD x"], plan.Graph.Stages[0].Instructions.Select(i => i.Original));
        Assert.Equal(["ENV \"E\"=\"1\"", "CMD y", "LABEL \"a b\"=\"c\\\"d\""], plan.Graph.Stages[1].Instructions.Select(i => i.Original));
    }

    [Fact]
    public void The_first_base_can_be_replaced()
    {
        var plan = Plan("FROM a\nFROM b", request => request with { From = "other" });
        Assert.Equal([new ImageBase("other"), new ImageBase("b")], plan.Graph.Stages.Select(stage => stage.Base));
    }

    internal static BuildPlan Plan(string text, Func<BuildRequest, BuildRequest>? change = null)
    {
        var request = new BuildRequest { Dockerfiles = [new SourceText(text, "Dockerfile")], Context = new BuildContext("/nowhere") };
        return BuildPlan.Create(DockerfileParser.Parse(request.Dockerfiles), change?.Invoke(request) ?? request);
    }
}
