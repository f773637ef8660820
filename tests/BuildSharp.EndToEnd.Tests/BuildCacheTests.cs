using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>With <c>--layers</c> a step that an image of the store stands for is not carried out again.</summary>
public class BuildCacheTests(BuildCacheTests.FirstBuild first) : IClassFixture<BuildCacheTests.FirstBuild>
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    private const string Dockerfile = """
        FROM base
        ARG WHO=you
        ENV GREETING=hello-$WHO
        RUN echo $GREETING > /greeting
        WORKDIR /w
        COPY --chmod=640 files/ ./
        LABEL done=yes
        """;

    /// <summary>What is changed after a first build, flags for the second, and how many of its six steps are found.</summary>
    public static TheoryData<string, string, string[], int> Changes => new()
    {
        { "nothing", "true", [], 6 },
        { "a file's time", "touch -d 2001-01-01 files/a", [], 6 },
        { "a file that is not copied", "echo > other", [], 6 },
        { "the place of the context", "mv files files2 && mkdir files && cp -p files2/* files", [], 6 },
        { "a file's content", "echo b > files/a", [], 4 },
        { "a file's mode that COPY gives anyway", "chmod 600 files/a", [], 6 },
        { "the owner of a file on this machine", "chown -R 9:65534 files", [], 6 },
        { "the name of a file", "mv files/a files/b", [], 4 },
        { "the mode COPY gives", "sed -i s/640/600/ Dockerfile", [], 4 },
        { "an argument's value, which the history of ENV does not have", "true", ["--build-arg", "WHO=me"], 1 },
        { "a command", "sed -i 's/RUN echo/RUN  echo/' Dockerfile", [], 2 },
        { "the last step", "sed -i s/yes/no/ Dockerfile", [], 5 },
        { "a step between", "sed -i 's/^WORKDIR/USER 0\\nWORKDIR/' Dockerfile", [], 3 },
        { "the base", "true", ["--from", "other"], 0 },
        { "no cache wanted", "true", ["--no-cache"], 0 },
        { "an age that nothing has", "true", ["--cache-ttl", "0s"], 0 },
        { "an age that everything has", "true", ["--cache-ttl", "1h"], 6 },
        { "the format", "true", ["--format", "docker"], 0 },
        { "a fixed time", "true", ["--timestamp", "0"], 0 },
        { "no layers", "true", ["--layers=false"], 0 },
        { "annotations of the result", "true", ["--annotation", "a=b"], 5 },
        { "labels between", "true", ["--layer-label", "a=b"], 0 },
        { "one layer", "true", ["--squash"], 5 },
        { "no history", "true", ["--omit-history"], 0 },
        { "who made it is not to be told", "true", ["--identity-label=false"], 0 },
    };

    [RequiresTheory(All, "runc", "busybox")]
    [MemberData(nameof(Changes))]
    public async Task A_step_is_found_unless_something_that_shapes_it_changed(string change, string command, string[] flags, int found)
    {
        (var sandbox, var built) = await first.Value;
        await sandbox.Named("sh").RunAsync("-c", $"rm -rf context && cp -a first context && cd context && {command}");
        var second = await sandbox.BuildSharp.RunAsync(["bud", "--layers", "-t", "second", .. flags, "context"]);
        Assert.True(found == Hits(second), $"after a change of {change}:\n{second.Output}");
        Assert.Equal(found == 6, second.Lines[^1] == built.Lines[^1]);
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("containers", "-q"));

        // Found or made, the image is what the Dockerfile says.
        var made = await sandbox.BuildSharp.ReadAsync("from", "second");
        var expected = flags.Contains("WHO=me") ? "hello-me" : "hello-you";
        Assert.Equal($"{expected}\n/w", await sandbox.BuildSharp.ReadAsync("run", made, "sh", "-c", "cat /greeting && pwd && test $(ls | wc -l) = 1"));
        await sandbox.BuildSharp.RunAsync("rm", made);
        await sandbox.BuildSharp.RunAsync("rmi", "second");
        Assert.Empty(sandbox.MountsLeft);
    }

    [RequiresTheory(All, "busybox")]
    [InlineData("{{.OCIv1.Config.Labels}}", "map[stays:1]", "--unsetlabel", "gone")]
    [InlineData("{{.OCIv1.Config.Env}}", "[PATH=/bin]", "--unsetenv", "A")]
    [InlineData("{{index .ImageAnnotations \"note\"}}", "1", "--annotation", "note=1")]
    [InlineData("{{index .ImageAnnotations \"org.opencontainers.image.base.name\"}}", "", "--unsetannotation", "org.opencontainers.image.base.name")]
    [InlineData("{{index .ImageAnnotations \"org.opencontainers.image.created\"}}", "", "--created-annotation=false")]
    [InlineData("{{.OCIv1.OSVersion}} {{.OCIv1.OSFeatures}}", "10 [f]", "--os-version", "10", "--os-feature", "f")]
    public async Task What_flags_change_in_the_image_is_found_by_the_same_flags_alone(string format, string expected, params string[] flags)
    {
        using var sandbox = await WithBaseAsync("FROM base\nENV PATH=/bin A=b\nLABEL gone=1 stays=1\nCOPY Dockerfile /\n");
        async Task<ToolResult> BuildAsync(string name, params string[] more) =>
            await sandbox.BuildSharp.RunAsync(["bud", "--layers", "--identity-label=false", .. more, "-t", name, "."]);
        await BuildAsync("plain");
        Assert.InRange(Hits(await BuildAsync("first", flags)), 0, 2);
        Assert.Equal(3, Hits(await BuildAsync("second", flags)));
        Assert.Equal(expected, await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "--format", format, "second"));
        Assert.Equal(3, Hits(await BuildAsync("plain")));
        Assert.NotEqual(expected, await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "--format", format, "plain"));
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task The_lines_of_a_build_say_what_was_found()
    {
        using var sandbox = await WithBaseAsync("FROM base AS one\nRUN echo 1 > /one\nFROM base\nCOPY --from=one /one /\nENV A=b\n");
        await sandbox.BuildSharp.RunAsync("bud", "--layers", "-t", "first", ".");
        var second = await sandbox.BuildSharp.RunAsync("bud", "--layers", "-t", "second", ".");
        Snapshot.Match(second.Output, sandbox.Scrubber.WithShortIds());
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task After_a_failure_the_next_build_goes_on_where_it_stopped()
    {
        using var sandbox = await WithBaseAsync("FROM base\nSHELL [\"/bin/sh\", \"-ec\"]\nRUN echo 1 > /one\nRUN false; true\n");
        await sandbox.BuildSharp.RunAsync(1, ["bud", "--layers", "--force-rm", "."]);
        sandbox.Write("Dockerfile", "FROM base\nSHELL [\"/bin/sh\", \"-ec\"]\nRUN echo 1 > /one\nRUN false || cp /one /two\n");
        var built = await sandbox.BuildSharp.RunAsync("bud", "--layers", "-t", "made", ".");
        Assert.Equal(2, Hits(built));

        // What an OCI image cannot say is known all the same to the steps after those that were found.
        sandbox.Write("Dockerfile", "FROM base\nSHELL [\"/bin/sh\", \"-ec\"]\nRUN echo 1 > /one\nRUN false; true\n");
        var failed = await sandbox.BuildSharp.RunAsync(1, ["bud", "--layers", "--force-rm", "."]);
        Assert.Equal(2, Hits(failed));
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("containers", "-q"));
    }

    [RequiresFact(All, "busybox")]
    public async Task A_file_that_an_argument_places_is_placed_anew()
    {
        using var sandbox = await WithBaseAsync("FROM base\nENV E=/e/\nCOPY Dockerfile $E\nARG TO=/a/\nCOPY Dockerfile $TO\n");
        await sandbox.BuildSharp.RunAsync("bud", "--layers", "-t", "first", ".");
        var second = await sandbox.BuildSharp.RunAsync("bud", "--layers", "--build-arg", "TO=/b/", "-t", "second", ".");
        Assert.Equal(3, Hits(second));
        var container = await sandbox.BuildSharp.ReadAsync("from", "second");
        var root = await sandbox.BuildSharp.ReadAsync("mount", container);
        Assert.Equal((true, false), (File.Exists(Path.Combine(root, "b/Dockerfile")), Directory.Exists(Path.Combine(root, "a"))));
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task Times_that_are_given_are_part_of_a_step()
    {
        using var sandbox = await WithBaseAsync("FROM base\nRUN echo 1 > /one\nENV A=b\n");
        async Task<int> HitsAsync(params string[] flags) => Hits(await sandbox.BuildSharp.RunAsync(["bud", "--layers", .. flags, "."]));
        Assert.Equal(0, await HitsAsync("--timestamp", "5"));
        Assert.Equal(2, await HitsAsync("--timestamp", "5"));
        Assert.Equal(0, await HitsAsync("--timestamp", "6"));
        Assert.Equal(0, await HitsAsync("--source-date-epoch", "5"));
        Assert.Equal(2, await HitsAsync("--source-date-epoch", "5"));
        Assert.Equal(0, await HitsAsync("--source-date-epoch", "5", "--rewrite-timestamp"));
        Assert.Equal(2, await HitsAsync("--source-date-epoch", "5", "--rewrite-timestamp"));
        Assert.Equal(0, await HitsAsync());
    }

    internal static int Hits(ToolResult built) => built.Lines.Count(line => line.StartsWith("--> Using cache ", StringComparison.Ordinal));

    private static async Task<Sandbox> WithBaseAsync(string dockerfile)
    {
        var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", dockerfile);
        return sandbox;
    }

    /// <summary>A build that the rows share. What they build themselves they take away again, but for the steps that others stand on.</summary>
    public sealed class FirstBuild : IDisposable
    {
        private readonly Lazy<Task<(Sandbox Sandbox, ToolResult Built)>> _value = new(MakeAsync);

        /// <summary>The store with the image <c>first</c>, made of the folder <c>first</c>, and what its build said.</summary>
        public Task<(Sandbox Sandbox, ToolResult Built)> Value => _value.Value;

        public void Dispose()
        {
            if (_value is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            {
                _value.Value.Result.Sandbox.Dispose();
            }
        }

        private static async Task<(Sandbox Sandbox, ToolResult Built)> MakeAsync()
        {
            var sandbox = new Sandbox();
            await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
            var container = await sandbox.BuildSharp.ReadAsync("from", "base");
            await sandbox.BuildSharp.RunAsync("commit", "-q", "--rm", container, "other");
            sandbox.Write("first/Dockerfile", Dockerfile);
            sandbox.Write("first/files/a", "a");
            return (sandbox, await sandbox.BuildSharp.RunAsync("bud", "--layers", "-t", "first", "first"));
        }
    }
}
