using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary><c>RUN --mount</c>, <c>bud --mount</c>, <c>run --mount</c> and <c>prune</c>.</summary>
public class RunMountTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    private const string Dockerfile = """
        FROM base AS builder
        RUN mkdir /out && echo built > /out/f
        FROM base
        WORKDIR /w
        RUN --mount=target=/src cat /src/a && ! touch /src/x
        RUN --mount=source=d,target=dir,rw echo x > dir/new && ls dir && test -d /w/dir
        RUN --mount=type=bind,from=builder,source=out,target=/b cat /b/f
        RUN --mount=from=other,target=/o test -x /o/bin/busybox
        RUN --mount=from=named,target=/n cat /n/file
        RUN --mount=type=cache,target=/c/deep/er echo line >> /c/deep/er/f; wc -l < /c/deep/er/f
        RUN --mount=type=cache,from=other,target=/c rm /c/bin/busybox && test ! -e /c/bin/busybox
        RUN --mount=type=tmpfs,target=/t,size=1m,tmpfs-mode=0700 echo x > /t/f; stat -c %a /t
        RUN --mount=type=secret,id=s --mount=type=secret,id=s,target=here,mode=0444,uid=7 cat /run/secrets/s; stat -c '%a %u' here
        RUN --mount=type=secret,id=s,env=TOKEN echo "<$TOKEN>"
        RUN --mount=type=secret,id=absent test ! -e /run/secrets/absent
        RUN test -z "$TOKEN" && test ! -e /src && test ! -e /b && test ! -e /c && test ! -e /t && test ! -e here && test ! -e dir && ls /run
        """;

    [RequiresFact(All, "runc", "busybox", "skopeo", "tar", "sh")]
    public async Task Every_kind_of_mount_shows_its_files_and_leaves_nothing_in_a_layer()
    {
        using var sandbox = await WithContextAsync(Dockerfile);
        var built = await sandbox.BuildSharp.WithEnvironment("SECRET", "value").RunAsync(
            "bud", "--jobs=1", "--layers", "-t", "made", "--secret", "id=s,env=SECRET", "--build-context", $"named={sandbox["named"]}", "context");
        string[] printed = [.. built.Lines.Where(line => !line.StartsWith('[') && !line.StartsWith("-->", StringComparison.Ordinal)
            && !line.StartsWith("Success", StringComparison.Ordinal))];
        Assert.Equal(["a1", "f", "new", "built", "from elsewhere", "1", "700", "value444 7", "<value>"], printed[..^1]);

        // A whole tree of directories that was made to mount on is gone again; WORKDIR is the only change.
        await sandbox.Named("skopeo").RunAsync("copy", "-q", sandbox.Stored("localhost/made"), $"dir:{sandbox["dir"]}");
        var names = await sandbox.Named("sh").ReadAsync("-c", "for f in dir/*; do tar tf $f 2>/dev/null; done | sed 's|/$||' | grep -v '^\\(bin\\|usr\\|etc\\|home\\)/' | sort -u");
        Assert.Equal("bin dev etc home proc root run sys tmp usr var w", names.Replace('\n', ' '));

        // Every step is found; another value of the secret changes nothing.
        var again = await sandbox.BuildSharp.WithEnvironment("SECRET", "other").RunAsync(
            "bud", "--jobs=1", "--layers", "-t", "again", "--secret", "id=s,env=SECRET", "--build-context", $"named={sandbox["named"]}", "context");
        Assert.Equal(built.Lines[^1], again.Lines[^1]);
        Assert.Equal(14, again.Lines.Count(line => line.StartsWith("--> Using cache", StringComparison.Ordinal)));
        Assert.Empty(sandbox.MountsLeft);
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("containers", "-q"));
    }

    /// <summary>What is changed between two builds with <c>--layers</c>, and how many of the two steps are found then.</summary>
    [RequiresTheory(All, "runc", "busybox", "sh")]
    [InlineData("true", 2)]
    [InlineData("touch -d 2001-01-01 context/a", 2)]
    [InlineData("echo > context/d/unseen", 2)]
    [InlineData("echo a2 > context/a", 0)]
    [InlineData("chmod 600 context/a", 0)]
    [InlineData("echo changed > named/file", 1)]
    public async Task A_step_is_found_only_with_the_content_of_its_bind_mounts(string change, int found)
    {
        using var sandbox = await WithContextAsync("""
            FROM base
            RUN --mount=source=a,target=/m cat /m > /one
            RUN --mount=type=bind,from=named,target=/m cat /m/file > /two
            """);
        string[] build = ["bud", "--layers", "-t", "made", "--build-context", $"named={sandbox["named"]}", "context"];
        await sandbox.BuildSharp.RunAsync(build);
        await sandbox.Named("sh").RunAsync("-c", change);
        var second = await sandbox.BuildSharp.RunAsync(build);
        Assert.Equal(found, second.Lines.Count(line => line.StartsWith("--> Using cache", StringComparison.Ordinal)));

        var made = await sandbox.BuildSharp.ReadAsync("from", "made");
        var expected = File.ReadAllText(sandbox["context/a"]) + File.ReadAllText(sandbox["named/file"]);
        Assert.Equal(expected.TrimEnd('\n'), await sandbox.BuildSharp.ReadAsync("run", made, "cat", "/one", "/two"));
    }

    [RequiresTheory(All, "runc", "busybox", "sh")]
    [InlineData("type=bind")]
    [InlineData("type=cache")]
    public async Task A_step_that_mounts_a_stage_is_done_again_when_the_stage_is(string type)
    {
        using var sandbox = await WithContextAsync($"""
            FROM base AS first
            COPY a /out/
            FROM base
            RUN --mount={type},from=first,source=out,target=/m cat /m/a > /one
            """);
        string[] build = ["bud", "--layers", "-t", "made", "context"];
        await sandbox.BuildSharp.RunAsync(build);
        Assert.Equal(2, (await sandbox.BuildSharp.RunAsync(build)).Lines.Count(line => line.StartsWith("--> Using cache", StringComparison.Ordinal)));
        sandbox.Write("context/a", "a2\n");
        await sandbox.BuildSharp.RunAsync(build);
        var made = await sandbox.BuildSharp.ReadAsync("from", "made");
        Assert.Equal("a2", await sandbox.BuildSharp.ReadAsync("run", made, "cat", "/one"));
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task Two_builds_with_a_locked_cache_use_it_one_after_the_other()
    {
        using var sandbox = await WithContextAsync("""
            FROM base
            ARG WHO
            RUN --mount=type=cache,id=shared,target=/c,sharing=locked mkdir /c/in-use && sleep 0.3 && echo $WHO >> /c/done && rmdir /c/in-use
            RUN --mount=type=cache,id=shared,target=/c cat /c/done
            """);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(number => sandbox.BuildSharp.RunAsync("bud", "--build-arg", $"WHO={number}", "context")));
        var last = await sandbox.BuildSharp.RunAsync("bud", "--build-arg", "WHO=last", "context");
        Assert.Equal(["0", "1", "2", "3", "last"], last.Lines.Where(line => line is "0" or "1" or "2" or "3" or "last").Order(StringComparer.Ordinal));
    }

    [RequiresFact(All, "runc", "busybox", "ssh-keygen", "ssh-add", "ssh-agent", "ldd", "sh")]
    public async Task The_keys_of_an_ssh_mount_can_be_listed_and_not_changed()
    {
        using var sandbox = await WithContextAsync("""
            FROM base
            COPY root /
            RUN --mount=type=ssh,required ssh-add -l && ! ssh-add -D && ssh-add -l && stat -c '%a %u' $SSH_AUTH_SOCK
            RUN --mount=type=ssh,target=/socket,uid=7,mode=0666 stat -c '%a %u' /socket
            RUN test -z "$SSH_AUTH_SOCK" && ! ssh-add -l && test ! -e /run/buildkit
            """);
        await sandbox.Named("sh").RunAsync("-c", """
            set -e; mkdir -p context/root/usr/bin; cp /usr/bin/ssh-add context/root/usr/bin/
            for l in $(ldd /usr/bin/ssh-add | grep -o '/[^ ]*'); do mkdir -p context/root$(dirname $l); cp -L $l context/root$l; done
            """);
        // The path of a socket in it is longer than sockets may have.
        var tool = sandbox.BuildSharp.WithLeading("--runroot", sandbox[new string('r', 100)]);
        await sandbox.Named("ssh-keygen").RunAsync("-q", "-t", "ed25519", "-N", "", "-f", "key");
        var byFile = await tool.RunAsync("bud", "--ssh", "default=key", "context");
        var byAgent = await sandbox.Named("ssh-agent").RunAsync(["sh", "-c", "ssh-add -q key && exec \"$0\" \"$@\"", tool.Program,
            .. tool.LeadingArguments, "bud", "--ssh", "default", "context"]);
        foreach (var result in (ToolResult[])[byFile, byAgent])
        {
            Assert.Equal(2, result.Lines.Count(line => line.EndsWith("(ED25519)", StringComparison.Ordinal)));
            Assert.Equal(["600 0", "666 7"], result.Lines.Where(line => line is "600 0" or "666 7"));
        }

        var without = await tool.RunAsync(125, ["bud", "context"]);
        Assert.Contains("ssh required but no ssh with id default found", without.Error, StringComparison.Ordinal);
    }

    [RequiresFact(All, "runc", "busybox", "sh")]
    public async Task Mounts_of_the_command_line_apply_to_every_RUN()
    {
        using var sandbox = await WithContextAsync("FROM base\nRUN cat /m/a\nRUN --mount=type=tmpfs,target=/t cat /m/a && ! touch /m/x\n");
        var built = await sandbox.BuildSharp.RunAsync("bud", "--mount", "type=bind,source=.,target=/m", "context");
        Assert.Equal(2, built.Lines.Count(line => line == "a1"));
        var both = await sandbox.BuildSharp.RunAsync(125, ["bud", "--mount", "target=/m", "--mount", "type=tmpfs,target=/t", "context"]);
        Assert.Contains("/t: duplicate mount destination", both.Error, StringComparison.Ordinal);
        var unknown = await sandbox.BuildSharp.RunAsync(125, ["bud", "--mount", "target=/m,warm", "context"]);
        Assert.Equal("Error: invalid mount option: \"warm\" in --mount target=/m,warm\n", unknown.Error);
    }

    [RequiresFact(All, "runc", "busybox", "sh")]
    public async Task Run_mounts_images_containers_caches_and_parts_of_a_directory()
    {
        using var sandbox = await WithContextAsync("FROM base\n");
        var container = await sandbox.BuildSharp.ReadAsync("from", "base");
        var source = await sandbox.BuildSharp.ReadAsync("from", "--name", "source", "base");
        await sandbox.BuildSharp.RunAsync("run", source, "sh", "-c", "echo written > /file");
        Task<string> RunAsync(params string[] words) => sandbox.BuildSharp.ReadAsync(["run", .. words[..^1], container, "sh", "-c", words[^1]]);
        Assert.Equal("busybox", await RunAsync("--mount", "type=bind,from=other,source=bin,target=/m", "cd /m && ls busybox"));
        Assert.Equal("written", await RunAsync("--mount", "from=source,target=/m", "cat /m/file"));
        Assert.Equal("a1", await RunAsync("--contextdir", sandbox["context"], "--mount", "src=/a,target=/m", "cat /m"));
        Assert.Equal("a1", await RunAsync("--mount", "src=context,target=m,rw", "--workingdir", "/tmp", "echo x > m/new; cat /tmp/m/a"));
        Assert.False(File.Exists(sandbox["context/new"]));
        await RunAsync("--mount", "type=cache,target=/c", "echo kept > /c/f");
        Assert.Equal("kept", await RunAsync("--mount", "type=cache,target=/c", "cat /c/f"));
        var unknown = await sandbox.BuildSharp.RunAsync(125, ["run", "--mount", "from=nothing,target=/m", container, "true"]);
        Assert.Equal("Error: no container named \"nothing\", error mounting image \"nothing\": nothing: image not known\n", unknown.Error);
        var secret = await sandbox.BuildSharp.RunAsync(125, ["run", "--mount", "type=secret,id=s,required", container, "true"]);
        Assert.Equal("Error: --mount type=secret,id=s,required: secret required but no secret with id \"s\" found\n", secret.Error);
        await sandbox.BuildSharp.RunAsync("rm", "--all");
        Assert.Empty(sandbox.MountsLeft);
    }

    [RequiresFact(All, "runc", "busybox", "sh")]
    public async Task Prune_removes_caches_and_unused_images()
    {
        using var sandbox = await WithContextAsync("FROM base\nRUN --mount=type=cache,target=/c test ! -e /c/f && touch /c/f\n");
        var dangling = await sandbox.BuildSharp.ReadAsync("bud", "-q", "context");
        Assert.Equal(dangling, await sandbox.BuildSharp.ReadAsync("prune"));
        var container = await sandbox.BuildSharp.ReadAsync("from", "base");
        await sandbox.BuildSharp.RunAsync("bud", "-t", "made", "context");
        var all = await sandbox.BuildSharp.RunAsync("prune", "-a");
        Assert.Contains("untagged: localhost/made:latest", all.Lines);
        Assert.Contains("localhost/base", await sandbox.BuildSharp.ReadAsync("images", "--format", "{{.Name}}"), StringComparison.Ordinal);
        await sandbox.BuildSharp.RunAsync("prune", "--all", "--force");
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("images", "-q"));
        await sandbox.BuildSharp.RunAsync(125, ["rm", container]);
    }

    private static async Task<Sandbox> WithContextAsync(string dockerfile)
    {
        var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        await sandbox.BuildSharp.RunAsync("tag", "base", "other");
        sandbox.Write("context/Dockerfile", dockerfile + "\n");
        sandbox.Write("context/a", "a1\n");
        sandbox.Write("context/d/f", "d1\n");
        sandbox.Write("named/file", "from elsewhere\n");
        return sandbox;
    }
}
