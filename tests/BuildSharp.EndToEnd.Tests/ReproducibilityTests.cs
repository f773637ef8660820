using System.Text.RegularExpressions;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Builds that make the same image wherever they run, and what is said of those that do not.</summary>
public class ReproducibilityTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    // Every way in which files come into a layer: copied, unpacked, written by a command, from another stage; deleted, emptied and linked ones.
    private const string Everything = """
        FROM base AS one
        RUN mkdir -p /one/d && echo a > /one/a && ln /one/a /one/d/b && ln -s a /one/l && mkfifo /one/p && chmod 4711 /one/a && chown -R 5:6 /one/d
        FROM base AS two
        ARG SOURCE_DATE_EPOCH
        RUN echo "$SOURCE_DATE_EPOCH $(hostname)" > /two; for i in 9 3 7 1; do echo $i > /tmp/$i; done
        FROM base
        WORKDIR /w
        COPY . /context/
        COPY --chown=7:8 --chmod=600 d/x d/y /owned/
        COPY --parents d/x /parents/
        ADD packed.tar /unpacked
        COPY --from=one /one /one
        COPY --from=two /two /tmp /two/
        COPY <<EOF /h
        hello
        EOF
        RUN rm /etc/group && rm -r /home && mkdir /home && echo new > /home/f && touch -h /context/d
        RUN --mount=type=bind,from=one,target=/m cp -a /m/one /copied
        ENV A=b
        LABEL made=twice
        USER 7
        """;

    [RequiresTheory(All | Needs.UserNamespaces, "runc", "busybox", "tar", "setpriv")]
    [InlineData]
    [InlineData("--layers")]
    [InlineData("--squash")]
    [InlineData("--layers", "--format", "docker")]
    public async Task Two_users_in_two_places_at_two_times_with_one_job_and_with_four_make_one_image(params string[] flags)
    {
        using var machine = new Sandbox();
        using var other = new Sandbox(asUser: true);
        HashSet<string> images =
        [
            await BuildAsync(machine, "here", "2020-02-03 04:05:06", "1", flags),
            await BuildAsync(machine, "far/away/from", "2023-04-05 06:07:08", "4", flags),
            await BuildAsync(other, "elsewhere", "2026-01-01 01:01:01", "4", flags),
        ];
        Assert.Single(images);
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task A_build_that_is_not_reproducible_is_told_file_by_file_and_leaves_nothing()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", """
            FROM base
            ENV A=b
            RUN head -c 99 /dev/urandom > /x; date > /y; f=$(mktemp /tmp/r.XXXXXX); echo fixed > "$f"; echo same > /same
            RUN ln -s "$(date +%s)" /link; mkdir /d; chown "$(date +%s)" /d; chmod 4711 /d; rm /etc/group
            """);
        var before = await sandbox.BuildSharp.ReadAsync("images", "-a", "-q");
        var failed = await sandbox.BuildSharp.RunAsync(1, ["bud", "--verify-reproducible", "--layers", "--source-date-epoch=60", "--rewrite-timestamp", "-t", "made", "."]);
        Assert.Equal("""
            layer 2/3, /bin/sh -c head -c 99 /dev/urandom > /x; date > /y; f=$(mktemp /tmp/r…:
              /x: content from byte N on
              /y: content from byte N on
              /tmp/r.X: only the first has it
              /tmp/r.X: only the second has it
            layer 3/3, /bin/sh -c ln -s "$(date +%s)" /link; mkdir /d; chown "$(date +%s)" /…:
              /d: owner N:0, then N:0
              /link: link target N, then N
            Error: not reproducible: two builds without cache made different images, and none is kept

            """, Normalised(failed.Error));

        var loose = await sandbox.BuildSharp.RunAsync(1, ["bud", "--verify-reproducible", "-q", "-t", "made", "."]);
        Assert.Contains("config: created: ", loose.Error, StringComparison.Ordinal);
        Assert.Contains("  /same: mtime ", loose.Error, StringComparison.Ordinal);
        Assert.Contains("times: --source-date-epoch SECONDS fixes", loose.Error, StringComparison.Ordinal);
        Assert.Empty(loose.Output);

        Assert.DoesNotContain("made", await sandbox.BuildSharp.ReadAsync("images"), StringComparison.Ordinal);
        await sandbox.BuildSharp.RunAsync("prune", "-f");
        Assert.Equal(before, await sandbox.BuildSharp.ReadAsync("images", "-a", "-q"));
        Assert.Empty(await sandbox.BuildSharp.ReadAsync("containers", "-q"));
        Assert.Empty(sandbox.MountsLeft);
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task A_reproducible_build_runs_twice_and_gets_its_names_then()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", "FROM base\nRUN echo same > /same; echo run >> /count/runs\n");
        Directory.CreateDirectory(sandbox["count"]);
        string[] build = ["bud", "--layers", "-v", $"{sandbox["count"]}:/count", "--source-date-epoch=60", "--rewrite-timestamp", "."];
        var once = await sandbox.BuildSharp.RunAsync(build);
        var twice = await sandbox.BuildSharp.RunAsync([.. build, "-t", "made", "-t", "made:too", "--verify-reproducible", "--metadata-file", "facts"]);
        Assert.Equal(once.Lines[^1], twice.Lines[^1]);
        Assert.Equal("run\nrun\nrun\n", await File.ReadAllTextAsync(sandbox["count/runs"]));
        Assert.Equal(2, twice.Lines.Count(line => line.StartsWith("STEP 2/2", StringComparison.Ordinal)));
        Assert.Contains("Building a second time, to compare", twice.Lines);
        Assert.Contains($"Reproducible: both builds made {Regex.Match(await File.ReadAllTextAsync(sandbox["facts"]), "\"containerimage.digest\":\"([^\"]*)\"").Groups[1]}", twice.Lines);
        var names = await sandbox.BuildSharp.ReadAsync("images", "--format", "{{.Name}}:{{.Tag}}");
        Assert.Equal(["localhost/made:latest", "localhost/made:too"], names.Split('\n').Where(name => name.Contains("made", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Empty(twice.Error);
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task A_second_build_that_fails_leaves_nothing_of_the_first_and_one_with_input_is_refused()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", "FROM base\nRUN test ! -e /count/once && touch /count/once\n");
        Directory.CreateDirectory(sandbox["count"]);
        var before = await sandbox.BuildSharp.ReadAsync("images", "-a", "-q");
        var refused = await sandbox.BuildSharp.RunAsync(125, ["bud", "--verify-reproducible", "--stdin", "."]);
        Assert.StartsWith("Error: --verify-reproducible and --stdin exclude each other", refused.Error, StringComparison.Ordinal);
        var failed = await sandbox.BuildSharp.RunAsync(1, ["bud", "--verify-reproducible", "-v", $"{sandbox["count"]}:/count", "-t", "made", "."]);
        Assert.Contains("Building a second time, to compare", failed.Lines);
        Assert.EndsWith("exit status 1\n", failed.Error, StringComparison.Ordinal);
        Assert.Equal(before, await sandbox.BuildSharp.ReadAsync("images", "-a", "-q"));
        Assert.Empty(await sandbox.BuildSharp.ReadAsync("containers", "-q"));
    }

    private static async Task<string> BuildAsync(Sandbox sandbox, string place, string time, string jobs, string[] flags)
    {
        await sandbox.Named("sh").RunAsync("-ec", $"""
            umask 022; mkdir -p {place}/d; cd {place}
            echo x > d/x; echo y > d/y; ln d/x d/linked; ln -s ../nowhere d/dangling; chmod 755 d/y
            mkdir t; echo t > t/t; tar --mtime=@7 --owner=3 --group=4 --numeric-owner -cf packed.tar t; rm -r t
            find . -exec touch -h -d '{time} UTC' '{"{}"}' +
            """);
        sandbox.Write($"{place}.Dockerfile", Everything);
        if (!File.Exists(sandbox["has-base"]))
        {
            await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
            sandbox.Write("has-base", "");
        }

        await sandbox.BuildSharp.WithEnvironment("SOURCE_DATE_EPOCH", "1500000000").RunAsync(
            ["bud", .. flags, "--rewrite-timestamp", "--no-cache", "--jobs", jobs, "-f", $"{place}.Dockerfile", "--metadata-file", "facts", "-t", "made", place]);
        return await File.ReadAllTextAsync(sandbox["facts"]);
    }

    // Replaces what is random.
    private static string Normalised(string text) =>
        Regex.Replace(Regex.Replace(text, @"r\.\w{6}(?=:)", "r.X"), @"(?<=byte |owner |then |target )\d+", "N");
}
