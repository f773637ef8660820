using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>The flags of COPY and ADD, and heredocs, in whole builds (Dockerfile reference, COPY, ADD and "Here-documents").</summary>
public class AddOrCopyTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresFact(All, "busybox", "runc")]
    public async Task A_linked_layer_depends_on_what_is_copied_alone_and_leaves_directories_as_they_are()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("f", "x");
        var layers = new List<string>();
        foreach (var origin in new[] { "scratch", "base", "base", "odd", "odd" })
        {
            // Each time the directories have other times.
            sandbox.Write("odd/Dockerfile", $"FROM base\nRUN mkdir -p /way/to && chmod 1777 /way && chown 9:9 /way/to && touch /way/to/old && touch -d @{1000 + layers.Count} /way /way/to");
            await sandbox.BuildSharp.RunAsync("bud", "-t", "odd", "odd");
            sandbox.Write("Dockerfile", $"FROM {origin}\nCOPY --link --chown=3:4 f /way/to/\n");
            await sandbox.BuildSharp.RunAsync("bud", "--layers", "--no-cache", "-t", $"on-{origin}", ".");
            layers.Add((await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "--format", "{{range .OCIv1.RootFS.DiffIDs}}{{.}} {{end}}", $"on-{origin}")).Split(' ')[^1]);
        }

        Assert.Single(layers.Take(3).Distinct());
        Assert.Single(layers.Skip(3).Distinct());
        var root = await MountAsync(sandbox, "on-odd");
        Assert.Equal(
            "way 0:0 1777\nway/to 9:9 755\nway/to/f 3:4 644\nway/to/old 0:0 644",
            await sandbox.Named("sh").In(root).ReadAsync("-c", "find way -printf '%p %U:%G %m\n' | sort"));
    }

    [RequiresTheory(All, "busybox")]
    [InlineData("context")]
    [InlineData("archive")]
    [InlineData("container")]
    public async Task A_whiteouts_name_makes_no_image(string from)
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("d/.wh.foo", "x");
        await sandbox.Named("tar").RunAsync("-cf", "a.tar", "-C", "d", ".wh.foo");
        var clean = await sandbox.BuildSharp.ReadAsync("from", "base");
        var added = await sandbox.BuildSharp.RunAsync(125, ["commit", "--add-file", $"{sandbox["d/.wh.foo"]}:/new/.wh.d/f", clean, "made"]);
        Assert.Contains("/new/.wh.d/ cannot go into a layer", added.Error, StringComparison.Ordinal);
        sandbox.Write("Dockerfile", from == "archive" ? "FROM base\nADD a.tar /opt/" : "FROM base\nCOPY d /opt/");
        var result = from == "container" ? await CommitAsync() : await sandbox.BuildSharp.RunAsync(125, ["bud", "-t", "made", "."]);
        Assert.Contains("/opt/.wh.foo cannot go into a layer", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("made", await sandbox.BuildSharp.ReadAsync("images", "--all"), StringComparison.Ordinal);

        async Task<ToolResult> CommitAsync()
        {
            var container = await sandbox.BuildSharp.ReadAsync("from", "base");
            await sandbox.BuildSharp.RunAsync("copy", container, "d", "/opt/");
            return await sandbox.BuildSharp.RunAsync(125, ["commit", "--rm", container, "made"]);
        }
    }

    [RequiresFact(All, "busybox", "runc")]
    public async Task Flags_do_what_they_say()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        await sandbox.Named("sh").RunAsync("-ec", """
            mkdir -p a/b/c d/e; echo f > a/b/f; echo g > a/b/c/g; echo x > d/x.md; echo y > d/e/y.md; echo z > d/e/z; ln d/e/z d/e/z2; ln -s z d/e/soft; chmod 640 d/e/z
            ln -s d link; echo odd > 'a[1]'; mkfifo d/e/pipe
            """);
        sandbox.Write("Dockerfile", """
            FROM base
            RUN mkdir /real && ln -s /real /to
            COPY --parents a/./b/f a/b/c /parents/
            COPY --parents **/y.md /deep/
            COPY --exclude=**/*.md --exclude=d/e/pipe d /excluded/
            COPY --exclude=** --exclude=!d/x.md d /only/
            COPY --chmod=u=rwX,go=rX --chown=user:staff d/e /modes/
            COPY --chmod=0711 --chown=7 d/x.md /octal
            COPY link /through/
            COPY a[[]1] /bracket
            COPY d/x.md /to/
            COPY --link d/x.md /to/linked/
            COPY <<one d/x.md <<-"two" /mixed/
            $PATH
            one
            	raw $PATH
            two
            RUN ls -ld /to /real/x.md && ! test -e /real/linked
            """);
        await sandbox.BuildSharp.RunAsync("bud", "-t", "made", ".");
        var root = await MountAsync(sandbox, "made");
        var tree = await sandbox.Named("find").In(root).ReadAsync(
            "parents", "deep", "excluded", "only", "modes", "octal", "through", "bracket", "real", "to", "mixed", "-printf", "%p %y %m %U:%G %n %l\\n");
        // A directory's number of names is the file system's affair.
        Snapshot.Match(string.Join('\n', tree.Split('\n').Order(StringComparer.Ordinal).Select(line => line.Contains(" d ") ? line[..line.LastIndexOf(' ', line.Length - 2)] : line.TrimEnd())) + "\n");
        Assert.Equal(BusyboxImage.SearchPath["PATH=".Length..] + "\n", File.ReadAllText(Path.Combine(root, "mixed/one")));
        Assert.Equal("raw $PATH\n", File.ReadAllText(Path.Combine(root, "mixed/two")));
    }

    [RequiresFact(All, "busybox", "runc")]
    public async Task A_script_is_run_by_the_interpreter_it_names()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", """
            FROM base
            USER user
            RUN <<EOF
            #!/bin/sed s/by/run by/
            by sed
            EOF
            RUN <<-'A name'
            	#!/bin/cat
            	$PATH as it is
            	A name
            RUN cat <<ONE && sh <<TWO
            $PATH
            ONE
            echo two
            TWO
            RUN ls -A /dev/pipes
            """);
        var built = await sandbox.BuildSharp.RunAsync(1, ["bud", "."]);
        Assert.Contains("\nrun by sed\n", built.Output);
        Assert.Contains("\n$PATH as it is\n", built.Output);
        Assert.Contains($"\n{BusyboxImage.SearchPath["PATH=".Length..]}\ntwo\n", built.Output);
        Assert.Contains("/dev/pipes: No such file or directory", built.Error);
    }

    [RequiresTheory(All, "busybox", "runc")]
    [InlineData("--network=none", true)]
    [InlineData("--network=default --security=sandbox", true)]
    [InlineData("--mount=type=cache,target=/c", true)]
    [InlineData("--security=insecure", false)]
    [InlineData("--device=vendor.com/d", false)]
    public async Task A_RUN_flag_works_or_stops_the_build_at_its_line(string flags, bool works)
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", $"FROM base\nRUN {flags} ls /sys/class/net\n");
        var built = await sandbox.BuildSharp.RunAsync(works ? 0 : 125, ["bud", "."]);
        if (flags == "--network=none")
        {
            Assert.Contains("\nlo\nCOMMIT", built.Output);
        }

        if (!works)
        {
            Assert.Matches("Error: Dockerfile:2:[0-9]+: .* is not allowed\n", built.Error);
        }
    }

    [RequiresFact(All, "strace")]
    public async Task Of_a_hundred_thousand_ignored_files_only_the_names_beside_src_are_read()
    {
        using var sandbox = new Sandbox();
        await sandbox.Named("sh").RunAsync("-ec", "mkdir -p many/1 src; seq -f ignored-%g 1000 | xargs touch; cd many/1; seq -f ignored-%g 1000 | xargs touch; cd ..; seq 2 99 | xargs -I {} cp -al 1 {}; cd ..; echo x > src/f");
        sandbox.Write("Dockerfile", "FROM scratch\nCOPY . /\n");
        sandbox.Write(".dockerignore", "*\n!src\n");
        var traced = sandbox.BuildSharp;
        await sandbox.Named("strace").RunAsync(
            ["-f", "-qq", "-e", "trace=file,desc", "-e", "signal=none", "-o", "trace", traced.Program, .. traced.LeadingArguments, "bud", "-t", "made", "."]);
        var calls = File.ReadAllLines(sandbox["trace"]);
        Assert.DoesNotContain(calls, call => call.Contains("ignored-"));
        Assert.DoesNotContain(calls, call => call.Contains("\"many") && call.Contains("open"));
        // The context, src, and what the store and the runtime look into.
        Assert.InRange(calls.Count(call => call.Contains("getdents")), 1, 100);
        Assert.Equal(["src", "src/f"], (await sandbox.Named("find").In(await MountAsync(sandbox, "made")).ReadAsync(".", "-mindepth", "1", "-printf", "%P\\n")).Split('\n').Order());
    }

    private static async Task<string> MountAsync(Sandbox sandbox, string image) =>
        await sandbox.BuildSharp.ReadAsync("mount", await sandbox.BuildSharp.ReadAsync("from", image));
}
