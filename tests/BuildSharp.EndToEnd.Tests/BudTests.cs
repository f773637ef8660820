using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

public class BudTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresFact(All, "runc", "busybox")]
    public async Task The_steps_are_shown_as_they_are_done()
    {
        using var sandbox = await WithBaseAsync("""
            ARG V=latest
            FROM base:$V AS one
            RUN echo from the command
            FROM scratch AS unused
            FROM one
            ENV X=1
            """);
        var built = await sandbox.BuildSharp.RunAsync("bud", "--jobs", "1", "-t", "t1", "-t", "t2:v", "--build-arg", "NOBODY=1", ".");
        Snapshot.Match(built.Output, sandbox.Scrubber.WithShortIds());
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task A_quiet_build_prints_the_id_alone_and_an_id_file_takes_it()
    {
        using var sandbox = await WithBaseAsync("FROM base\nRUN true");
        var id = await sandbox.BuildSharp.ReadAsync("bud", "-q", "-t", "quiet", ".");
        Assert.Matches("^[0-9a-f]{64}$", id);
        await sandbox.BuildSharp.RunAsync("bud", "--iidfile", "iid", "-t", "second", ".");
        Assert.Matches("^sha256:[0-9a-f]{64}$", File.ReadAllText(sandbox["iid"]));
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task A_failing_command_ends_the_build_with_its_status_and_leaves_nothing_but_what_layers_keep()
    {
        using var sandbox = await WithBaseAsync("FROM base AS one\nRUN true\nFROM one\nRUN exit 7");
        var before = await sandbox.BuildSharp.ReadAsync("images", "-a", "-q");
        foreach (var flags in new string[][] { ["--layers=false"], ["--no-cache"], ["--layers", "--force-rm"] })
        {
            var failed = await sandbox.BuildSharp.RunAsync(7, ["bud", .. flags, "."]);
            var hint = flags.Contains("--layers") ? "" : "       --on-error=keep keeps the container of a failed step, to look into it with run or mount.\n";
            Assert.EndsWith(
                $"Dockerfile:4:1\n           4 | RUN exit 7\n             | ^^^^^^^^^^\n{hint}Error: building at STEP \"RUN exit 7\": while running runtime: exit status 7\n",
                failed.Error);
            Assert.Equal("", await sandbox.BuildSharp.ReadAsync("containers", "-q"));
            var after = await sandbox.BuildSharp.ReadAsync("images", "-a", "-q");
            // The step before the failing one is where the next build begins.
            Assert.Equal(before, flags.Contains("--layers") ? after[(after.IndexOf('\n') + 1)..] : after);
        }
        Assert.Empty(sandbox.MountsLeft);
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task Only_the_last_failed_try_of_a_build_has_a_container()
    {
        using var sandbox = await WithBaseAsync("FROM base\nRUN echo first > /left; exit 7");
        sandbox.Write("other/Dockerfile", "FROM base\nRUN exit 8");
        var user = await sandbox.BuildSharp.ReadAsync("from", "base");
        await sandbox.BuildSharp.RunAsync(8, ["bud", "--layers", "other"]);
        var other = (await sandbox.BuildSharp.RunAsync("containers", "--format", "{{.ContainerName}}")).Lines.Single(name => name != user);
        await sandbox.BuildSharp.RunAsync(7, ["bud", "--layers", "."]);
        sandbox.Write("Dockerfile", "FROM base\nRUN true\nRUN echo second > /left; exit 7");
        await sandbox.BuildSharp.RunAsync(7, ["bud", "--layers", "."]);
        await sandbox.BuildSharp.RunAsync(7, ["bud", "--layers", "."]);

        var left = (await sandbox.BuildSharp.RunAsync("containers", "--format", "{{.ContainerName}}")).Lines;
        Assert.Equal(3, left.Count);
        Assert.Contains(user, left);
        Assert.Contains(other, left);
        Assert.Equal("second", await sandbox.BuildSharp.ReadAsync("run", left.Single(name => name != user && name != other), "cat", "/left"));
        await sandbox.BuildSharp.RunAsync("rm", "--all");
        await sandbox.BuildSharp.RunAsync("check");
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task With_layers_the_container_of_a_failed_step_stays_to_be_looked_into()
    {
        using var sandbox = await WithBaseAsync("FROM base AS one\nRUN true\nFROM base\nCOPY --from=one /bin/busybox /b\nENV A=b\nRUN echo trace > /left; exit 7");
        var failed = await sandbox.BuildSharp.RunAsync(7, ["bud", "--layers", "."]);
        var container = await sandbox.BuildSharp.ReadAsync("containers", "--format", "{{.ContainerName}}");
        Assert.Contains($"working container {container} stays as the failed step left it", failed.Error);
        Assert.Equal("trace b", await sandbox.BuildSharp.ReadAsync("run", container, "sh", "-c", "echo $(cat /left) $A"));
        await sandbox.BuildSharp.RunAsync("rm", container);
        Assert.Empty(sandbox.MountsLeft);
        await sandbox.BuildSharp.RunAsync("check");
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task A_good_build_leaves_its_image_and_nothing_else()
    {
        using var sandbox = await WithBaseAsync("FROM base AS one\nRUN echo > /a\nFROM base AS two\nCOPY --from=one /a /\nFROM two\nCOPY --from=base /etc /etc2");
        await sandbox.BuildSharp.RunAsync("bud", "-t", "made", ".");
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("containers", "-q"));
        Assert.Equal(2, (await sandbox.BuildSharp.RunAsync("images", "-a", "-q")).Lines.Count);
        Assert.Empty(sandbox.MountsLeft);
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task Triggers_of_the_base_come_first()
    {
        using var sandbox = await WithBaseAsync("FROM base\nONBUILD RUN echo triggered > /on\nONBUILD COPY Dockerfile /copied");
        await sandbox.BuildSharp.RunAsync("bud", "--format", "docker", "-t", "triggers", ".");
        sandbox.Write("Dockerfile", "FROM triggers\nRUN cat /on && test -s /copied");
        var built = await sandbox.BuildSharp.RunAsync("bud", "--format", "docker", "-t", "made", ".");
        Assert.Contains("STEP 2/4: RUN echo triggered > /on\n", built.Output);
        Assert.Contains("\ntriggered\n", built.Output);
        Assert.Equal("[]", await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "--format", "{{.Docker.Config.OnBuild}}", "made"));
    }

    [RequiresTheory(All, "runc", "busybox")]
    [InlineData("--compat-volumes", "/data/copied\n")]
    [InlineData("--compat-volumes=false", "/data/copied\n/data/sub/kept\n/data/written\n")]
    public async Task What_a_command_writes_below_a_volume_can_be_discarded(string flag, string left)
    {
        using var sandbox = await WithBaseAsync("""
            FROM base
            RUN mkdir /data && ln -s /data /link
            VOLUME /data/sub /link
            RUN echo x > /data/written && echo y > /data/sub/kept && cat /data/written && echo z > /outside
            COPY Dockerfile /data/copied
            RUN find /data -type f | sort && test -f /outside
            """);
        var built = await sandbox.BuildSharp.RunAsync("bud", flag, ".");
        Assert.Contains("\nx\n", built.Output);
        Assert.Contains($"test -f /outside\n{left}COMMIT", built.Output);
        Assert.Empty(sandbox.MountsLeft);
    }

    [RequiresTheory(All)]
    [InlineData("--no-cache", 3)]
    [InlineData("--layers", 4)]
    [InlineData("--force-rm", 0, "--layers")]
    public async Task Working_containers_stay_when_asked(string flag, int containers, string more = "--quiet")
    {
        using var sandbox = new Sandbox();
        sandbox.Write("Dockerfile", "FROM scratch AS one\nCOPY Dockerfile /a\nFROM scratch AS two\nCOPY --from=one /a /b\nFROM two\nENV A=b\nCOPY --from=one /a /c\n");
        await sandbox.BuildSharp.RunAsync("bud", "--rm=false", flag, more, "-t", "made", ".");
        Assert.Equal(containers, (await sandbox.BuildSharp.RunAsync("containers", "-q")).Lines.Count);
        Assert.Empty(sandbox.MountsLeft);
        if (containers > 0)
        {
            await sandbox.BuildSharp.RunAsync("rm", "--all");
        }

        await sandbox.BuildSharp.RunAsync("bud", flag, more, ".");
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("containers", "-q"));
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task A_heredoc_is_a_script_or_a_file()
    {
        using var sandbox = await WithBaseAsync("""
            FROM base
            ARG WHO=you
            RUN <<EOF
            x=1
            echo script $x
            EOF
            COPY <<EOF <<'RAW' /files/
            hello $WHO
            EOF
            raw $WHO
            RAW
            RUN cat /files/EOF /files/RAW
            """);
        var built = await sandbox.BuildSharp.RunAsync("bud", ".");
        Assert.Contains("\nscript 1\n", built.Output);
        Assert.Contains("\nhello you\nraw $WHO\n", built.Output);
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task Building_twice_with_a_fixed_time_gives_one_image()
    {
        using var sandbox = await WithBaseAsync("FROM base\nRUN echo a > /a\nCOPY Dockerfile /\nLABEL x=y");
        var first = await sandbox.BuildSharp.ReadAsync("bud", "-q", "--timestamp", "0", "--no-cache", ".");
        var second = await sandbox.BuildSharp.ReadAsync("bud", "-q", "--timestamp", "0", "--no-cache", ".");
        Assert.Equal(first, second);
    }

    private static async Task<Sandbox> WithBaseAsync(string dockerfile)
    {
        var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", dockerfile);
        return sandbox;
    }
}
