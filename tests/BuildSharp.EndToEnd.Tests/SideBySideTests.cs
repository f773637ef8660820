using System.Text;
using System.Text.RegularExpressions;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Stages and platforms that do not need each other are built at the same time.</summary>
public class SideBySideTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    // Each stage ends only when the other one has begun, so one after another they would wait for ever.
    private const string Meeting = """
        FROM base AS a
        RUN touch /meet/a; for i in $(seq 300); do test -e /meet/b && break; sleep 0.1; done; test -e /meet/b; echo met > /a; printf 'one\ntwo'
        FROM base AS b
        RUN touch /meet/b; for i in $(seq 300); do test -e /meet/a && break; sleep 0.1; done; test -e /meet/a; echo met > /b; echo b >&2
        FROM base AS unused
        RUN false
        FROM scratch
        COPY --from=a /a /
        COPY --from=b /b /
        """;

    [RequiresFact(All, "runc", "busybox")]
    public async Task Stages_that_do_not_need_each_other_run_at_the_same_time_and_their_lines_say_whose_they_are()
    {
        using var sandbox = await WithAsync(Meeting);
        Directory.CreateDirectory(sandbox["meet"]);
        var built = await sandbox.BuildSharp.RunAsync("bud", "--jobs", "2", "-v", $"{sandbox["meet"]}:/meet", "-t", "made", ".");
        Assert.Equal(["[3/4] SKIP unused: the image does not need it"], built.Lines.Where(line => line.Contains("SKIP", StringComparison.Ordinal)));
        Assert.Equal(
            ["[1/4] STEP 1/2: FROM base AS a", "[1/4] STEP 2/2: RUN", "[1/4] one", "[1/4] two"], Of(built.Lines, "[1/4]").Select(line => Regex.Replace(line, "RUN .*", "RUN")));
        Assert.Equal("[2/4] b\n", built.Error);
        Assert.Equal(
            ["[4/4] STEP 1/3: FROM scratch", "[4/4] STEP 2/3: COPY --from=a /a /", "[4/4] STEP 3/3: COPY --from=b /b /", "[4/4] COMMIT made", $"[4/4] --> {built.Lines[^1][..12]}"],
            Of(built.Lines, "[4/4]"));
        Assert.Equal("Successfully tagged localhost/made:latest", built.Lines[^2]);
        Assert.Empty(sandbox.MountsLeft);
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task One_job_and_stages_that_need_each_other_print_what_buildah_prints()
    {
        const string chain = """
            FROM base AS a
            RUN echo one; echo two > /a
            FROM base
            COPY --from=a /a /
            """;
        const string expected = """
            [1/2] STEP 1/2: FROM base AS a
            [1/2] STEP 2/2: RUN echo one; echo two > /a
            one
            [2/2] STEP 1/2: FROM base
            [2/2] STEP 2/2: COPY --from=a /a /
            [2/2] COMMIT
            """;
        using var sandbox = await WithAsync(chain);
        foreach (var jobs in new[] { "1", "8" })
        {
            var built = await sandbox.BuildSharp.RunAsync("bud", "--jobs", jobs, ".");
            Assert.Equal(expected, string.Join('\n', built.Lines.SkipLast(2)));
        }

        sandbox.Write("Dockerfile", "FROM base AS a\nRUN echo one\nFROM base AS b\nRUN echo two\n");
        var serial = await sandbox.BuildSharp.RunAsync("bud", "--jobs=1", "--skip-unused-stages=false", ".");
        Assert.Equal(
            ["[1/2] STEP 1/2: FROM base AS a", "[1/2] STEP 2/2: RUN echo one", "one", "[2/2] STEP 1/2: FROM base AS b", "[2/2] STEP 2/2: RUN echo two", "two", "[2/2] COMMIT"],
            serial.Lines.SkipLast(2));
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task The_first_failure_ends_the_other_stages_and_leaves_nothing()
    {
        const string dockerfile = """
            FROM base AS slow
            RUN touch /meet/slow; sleep 1000
            FROM base AS broken
            RUN while ! test -e /meet/slow; do sleep 0.1; done; exit 7
            FROM scratch
            COPY --from=slow / /
            COPY --from=broken / /
            """;
        using var sandbox = await WithAsync(dockerfile);
        Directory.CreateDirectory(sandbox["meet"]);
        var before = await sandbox.BuildSharp.ReadAsync("images", "-a");
        var failed = await sandbox.BuildSharp.RunAsync(7, ["bud", "--jobs", "0", "-v", $"{sandbox["meet"]}:/meet", "."]);
        Assert.EndsWith(
            "Error: building at STEP \"RUN while ! test -e /meet/slow; do sleep 0.1; done; exit 7\": while running runtime: exit status 7\n", failed.Error);
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("containers", "-q", "-a"));
        Assert.Equal(before, await sandbox.BuildSharp.ReadAsync("images", "-a"));
        Assert.Empty(sandbox.MountsLeft);
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task Platforms_are_built_at_the_same_time_and_listed_in_the_order_given()
    {
        const string dockerfile = """
            FROM scratch AS files
            COPY bin /bin
            FROM files
            ARG TARGETARCH
            RUN ["/bin/busybox", "sh", "-c", "echo $TARGETARCH; echo > /meet/$TARGETARCH; until test -e /meet/amd64 -a -e /meet/386; do /bin/busybox sleep 0.1; done"]
            """;
        using var sandbox = await WithAsync(dockerfile);
        Directory.CreateDirectory(sandbox["meet"]);
        Directory.CreateDirectory(sandbox["bin"]);
        File.Copy("/bin/busybox", sandbox["bin/busybox"]);
        var built = await sandbox.BuildSharp.RunAsync(
            "bud", "--jobs", "2", "--platform", "linux/amd64,linux/386", "-v", $"{sandbox["meet"]}:/meet", "--manifest", "list", ".");
        Assert.Contains("[linux/amd64] [2/2] amd64", built.Lines);
        Assert.Contains("[linux/386] [2/2] 386", built.Lines);
        var architectures = await sandbox.BuildSharp.ReadAsync("manifest", "inspect", "list");
        Assert.True(architectures.IndexOf("\"amd64\"", StringComparison.Ordinal) < architectures.IndexOf("\"386\"", StringComparison.Ordinal));
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task Fifty_random_graphs_give_the_same_images_with_one_job_and_with_eight()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("BUILDSHARP_SEED"), out var given) ? given : Environment.TickCount;
        using var sandbox = await WithAsync("");
        sandbox.Write("file", "of the context\n");
        for (var graph = 0; graph < 50; graph++)
        {
            sandbox.Write("Dockerfile", RandomGraph(new Random(seed + graph)));
            string[] flags = [.. graph % 3 == 0 ? ["--layers", "--no-cache"] : Array.Empty<string>(), "-q", "--timestamp", "1", "."];
            var one = await sandbox.BuildSharp.ReadAsync(["bud", "--jobs", "1", .. flags]);
            var eight = await sandbox.BuildSharp.ReadAsync(["bud", "--jobs", "8", .. flags]);
            Assert.True(one == eight, $"BUILDSHARP_SEED={seed}, graph {graph}:\n{File.ReadAllText(sandbox["Dockerfile"])}");
            Assert.Equal("", await sandbox.BuildSharp.ReadAsync("containers", "-q", "-a"));
        }
    }

    private static string RandomGraph(Random random)
    {
        var text = new StringBuilder();
        var stages = random.Next(3, 7);
        // The file whose content is that of the stage; a stage without one is not copied from.
        var files = new List<int>();
        for (var stage = 0; stage < stages; stage++)
        {
            var parent = stage > 0 && random.Next(3) == 0 ? random.Next(stage) : -1;
            text.Append(parent < 0 ? "FROM base" : $"FROM s{parent}").Append($" AS s{stage}\n");
            for (var step = random.Next(1, 4); step > 0; step--)
            {
                var source = files.Count > 0 ? files[random.Next(files.Count)] : -1;
                text.Append((random.Next(6), source) switch
                {
                    (0, _) => $"ENV E{stage}=v{step}\n",
                    (1, _) => $"COPY file /context{step}\n",
                    (2 or 3, >= 0) => $"COPY --from=s{source} /out{source} /from{source}\n",
                    (4, >= 0) => $"RUN --mount=type=bind,from=s{source},target=/m cat /m/out{source} >> /mounted\n",
                    _ => $"RUN echo {stage} {step} >> /log; env | grep ^E | sort >> /log\n",
                });
            }

            text.Append($"RUN cat /log /mounted > /out{stage} 2> /dev/null; echo {stage} >> /out{stage}\n");
            files.Add(stage);
        }

        return text.Append($"FROM s{random.Next(stages)}\n").AppendJoin("", files.Where(_ => random.Next(4) > 0).Select(stage => $"COPY --from=s{stage} /out{stage} /\n")).ToString();
    }

    private static IEnumerable<string> Of(IEnumerable<string> lines, string label) =>
        lines.Where(line => line.StartsWith(label, StringComparison.Ordinal));

    private static async Task<Sandbox> WithAsync(string dockerfile)
    {
        var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", dockerfile);
        return sandbox;
    }
}
