using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Parsing;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Dockerfiles;

/// <summary>The tree of a long file is not kept: whoever walks it reads the text again and finds what a kept tree would have.</summary>
public class WalkedTreeTests
{
    private static readonly string Folder = Path.Combine(Checkout.Root, "grammar", "cases");

    public static TheoryData<string> Cases => [.. Directory.GetDirectories(Folder).Select(folder => Path.GetFileName(folder)!).Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_walked_tree_is_the_kept_one(string name)
    {
        var source = SourceText.FromBytes(File.ReadAllBytes(Path.Combine(Folder, name, "Dockerfile")), "Dockerfile");
        Assert.Equal(Shown(new TreeReader([source]).Read()), Shown(new TreeReader([source], keeps: 0).Read()));
    }

    [Fact]
    public void A_stage_goes_on_in_the_next_file_by_that_files_own_directives()
    {
        SourceText[] sources =
        [
            new("# escape=`\nARG g=`$x\nFROM a AS one\nRUN a `\n b\n", "1"),
            new("# only a comment\nRUN c \\\n d\n# of CMD\nCMD x\nFROM b\nRUN <<E\nFROM c\nE\nCMD y\n", "2"),
            new("# escape=`\nENV a=b`\n c=d\nFROM one\n", "3"),
        ];
        var walked = new TreeReader(sources, keeps: 0).Read();
        Assert.Equal(Shown(new TreeReader(sources).Read()), Shown(walked));
        Assert.Equal(["RUN a  b", "RUN c  d", "CMD x"], walked.Stages[0].Instructions.Select(instruction => instruction.Original));
        Assert.Equal("E", walked.Stages[1].Instructions[0].Statement.Heredocs[0].Name);
        Assert.Equal(["CMD y", "ENV a=b c=d"], walked.Stages[1].Instructions.Skip(1).Select(instruction => instruction.Original));
        Assert.Equal('`', walked.Stages[2].From.EscapeToken);
        Assert.Throws<ArgumentOutOfRangeException>(() => walked.Stages[3]);
    }

    [Fact]
    public void A_long_file_is_walked_and_a_short_one_kept()
    {
        static Dockerfile Read(int lines) => DockerfileParser.Read([new SourceText("FROM a\n" + string.Concat(Enumerable.Repeat("CMD x\n", lines)), "Dockerfile")]);
        var kept = Read(Rereading.KeptStatements - 1);
        Assert.Same(kept.Instructions[1], kept.Stages[0].Instructions[0]);
        var walked = Read(Rereading.KeptStatements);
        Assert.NotSame(walked.Instructions[1], walked.Instructions[1]);
        Assert.Equal(Rereading.KeptStatements, walked.Stages[0].Instructions.Count);
        Assert.Equal(Rereading.KeptStatements + 1, walked.Stages[0].Instructions[^1].Span.Start.Line);
    }

    [Fact]
    public void Of_stages_with_one_name_the_last_before_a_place_is_found()
    {
        string?[] names = ["one", null, "ONE", "2", "last"];
        var found = new StageNames(names, names.Length, index => names[index]);
        Assert.Equal(2, found.Find("One", 5));
        Assert.Equal(0, found.Find("one", 2));
        Assert.Null(found.Find("one", 0));
        Assert.Equal(3, found.Find("2", 5));
        Assert.Equal(2, found.Find("2", 3));
        Assert.Equal(1, found.Find("1", 2));
        Assert.Null(found.Find("1", 1));
        Assert.Null(found.Find("-1", 5));
        Assert.Null(found.Find("", 5));
    }

    [Fact]
    public void A_set_of_stages_is_in_file_order()
    {
        var set = new StageSet(70) { 69, 3, 3 };
        set.AddAllBefore(2);
        Assert.Equal([0, 1, 3, 69], set);
        Assert.Equal(4, set.Count);
        Assert.True(set.Contains(69));
        Assert.False(set.Contains(68));
    }

    private static string Shown(Dockerfile dockerfile) => string.Join('\n',
    [
        .. dockerfile.Statements.Select(Shown),
        "instructions:",
        .. dockerfile.Instructions.Select(instruction => $"{instruction.GetType().Name} {Shown(instruction.Statement)}"),
        "arguments:",
        .. dockerfile.GlobalArguments.Select(argument => argument.Original),
        "stages:",
        .. dockerfile.Stages.SelectMany(stage => stage.Instructions.Select(instruction => instruction.Original)
            .Prepend($"{stage.Index} {stage.Name} {Shown(stage.From.Statement)} and {stage.Instructions.Count}")),
        $"{dockerfile.Statements.Count} {dockerfile.Instructions.Count} {dockerfile.GlobalArguments.Count} {dockerfile.Stages.Count}",
        DiagnosticText.Render(dockerfile.Diagnostics),
    ]);

    private static string Shown(Statement statement) =>
        $"{statement.Span}-{statement.Span.End} {TreeDump.Of([statement])}{string.Join('|', statement.Comments)}{string.Join('|', statement.Heredocs)}{statement.EmptyContinuation}";
}
