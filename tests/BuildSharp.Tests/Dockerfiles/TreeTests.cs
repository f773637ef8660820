using BuildSharp.Dockerfiles;
using BuildSharp.Oci;

namespace BuildSharp.Tests.Dockerfiles;

public class TreeTests
{
    [Fact]
    public void A_stage_goes_on_in_the_next_file_by_that_files_own_directives()
    {
        var tree = DockerfileParser.Read(
        [
            new("# escape=`\nARG g=`$x\nFROM a AS one\nRUN a `\n b\n", "1"),
            new("# only a comment\nRUN c \\\n d\n# of CMD\nCMD x\nFROM b\nRUN <<E\nFROM c\nE\nCMD y\n", "2"),
            new("# escape=`\nENV a=b`\n c=d\nFROM one\n", "3"),
        ]);
        Assert.Equal(["RUN a  b", "RUN c  d", "CMD x"], tree.Stages[0].Instructions.Select(instruction => instruction.Original));
        Assert.Equal("of CMD", tree.Stages[0].Instructions[2].Statement.Comments.Single().Text);
        Assert.Equal("E", tree.Stages[1].Instructions[0].Statement.Heredocs[0].Name);
        Assert.Equal(["CMD y", "ENV a=b c=d"], tree.Stages[1].Instructions.Skip(1).Select(instruction => instruction.Original));
        Assert.Equal('`', tree.Stages[2].From.EscapeToken);
        Assert.Equal(["ARG g=`$x"], tree.GlobalArguments.Select(argument => argument.Original));
        Assert.Same(tree.Instructions[1], tree.Stages[0].From);
    }

    [Fact]
    public void Of_stages_with_one_name_the_last_before_a_place_is_found()
    {
        var stages = new StageLookup(["one", null, "ONE", "2", "last"]);
        Assert.Equal(2, stages.Find("One", 5));
        Assert.Equal(0, stages.Find("one", 2));
        Assert.Null(stages.Find("one", 0));
        Assert.Equal(3, stages.Find("2", 5));
        Assert.Equal(2, stages.Find("2", 3));
        Assert.Equal(1, stages.Find("1", 2));
        Assert.Null(stages.Find("1", 1));
        Assert.Null(stages.Find("-1", 5));
        Assert.Null(stages.Find("", 5));
    }

    [Fact]
    public void A_set_of_stages_is_in_file_order()
    {
        var set = new StageSet(70) { 69, 3, 3 };
        set.AddAllBefore(2);
        set.AddAllBefore(1);
        Assert.Equal([0, 1, 3, 69], set);
        Assert.Equal(4, set.Count);
        Assert.True(set.Contains(69));
        Assert.False(set.Contains(68));
    }

    [Fact]
    public void A_file_with_as_many_instructions_as_may_be_is_read_and_one_more_is_refused()
    {
        static Dockerfile Read(int lines) => DockerfileParser.Read([new SourceText("FROM a\n" + string.Concat(Enumerable.Repeat("CMD x\n", lines)), "Dockerfile")]);
        Assert.Equal(65_535, Read(65_535).Stages[0].Instructions.Count);
        var mistake = Read(100_000).Diagnostics.Single();
        Assert.Equal("Dockerfile:65537:1: a Dockerfile has at most 65,536 instructions, and this is one more", $"{mistake.Span}: {mistake.Message}");
    }

    [Fact]
    public void A_file_of_16_MiB_is_read_and_a_larger_one_is_refused()
    {
        var bytes = new byte[16 * 1024 * 1024 + 1];
        bytes.AsSpan().Fill((byte)'\n');
        Assert.Equal(bytes.Length - 1, SourceText.FromBytes(bytes.AsSpan(1), "Dockerfile").Text.Length);
        var error = Assert.Throws<BuildSharpException>(() => SourceText.FromBytes(bytes, "Dockerfile"));
        Assert.Equal("Dockerfile: a Dockerfile has at most 16,777,216 bytes (16 MiB), and this file has more: is it the right one?", error.Message);
        using var endless = File.OpenRead("/dev/zero");
        Assert.Equal(error.Message, Assert.Throws<BuildSharpException>(() => SourceText.Read(endless, "Dockerfile")).Message);
    }
}
