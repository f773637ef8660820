using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>The binary fetches: files, repositories, whole contexts.</summary>
public class RemoteSourceTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresFact(All, "buildah", "busybox", "skopeo")]
    public async Task A_file_from_the_web_is_added_as_buildah_adds_it()
    {
        using var sandbox = new Sandbox();
        using var server = new TemporaryWebServer();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp, sandbox.Buildah);
        server.Serve("/f.txt", "hello\n", "Last-Modified: Mon, 03 Feb 2020 04:05:06 GMT");
        server.Serve("/dir/g", "no time\n");
        sandbox.Write("Dockerfile", $"""
            FROM base
            ADD {server.Address}/f.txt /d/
            ADD {server.Address}/f.txt {server.Address}/dir/g /e/
            ADD --chmod=755 --chown=5:6 {server.Address}/f.txt /name
            ADD {server.Address}/f.txt Dockerfile /mixed/
            """);
        foreach (var tool in new[] { sandbox.BuildSharp, sandbox.Buildah })
        {
            await tool.RunAsync("bud", "--format", "docker", "-t", "made", ".");
        }

        BuiltImage ours = await BuiltImage.ReadAsync(sandbox.BuildahOnOurStore, "made"), theirs = await BuiltImage.ReadAsync(sandbox.Buildah, "made");
        Assert.Equal(theirs.History, ours.History);
        Assert.Equal(theirs.Tree, ours.Tree);
    }

    [RequiresFact(All, "git", "tar")]
    public async Task The_verb_adds_what_the_instruction_adds()
    {
        using var sandbox = new Sandbox();
        using var server = new TemporaryWebServer();
        await sandbox.Named("sh").RunAsync("-ec", """
            git config --global user.email t@example.org; git config --global user.name t
            git init -q repo; cd repo; mkdir sub; echo one > sub/f; echo two > sub/left-out; git add .; git commit -qm one; tar -cf ../t.tar sub
            cd ..; git clone -q --bare repo www/repo.git; cd www/repo.git; git update-server-info
            """);
        server.ServeDirectory(sandbox["www"]);
        server.Serve("/repo.git/info/refs?service=git-upload-pack", File.ReadAllBytes(sandbox["www/repo.git/info/refs"]));
        server.Serve("/t.tar", File.ReadAllBytes(sandbox["t.tar"]));
        sandbox.Write("Dockerfile", $"""
            FROM scratch
            ADD --exclude=left-out --chown=3:4 --chmod=u=rw,go= {server.Address}/repo.git#:sub /git/
            ADD --unpack {server.Address}/t.tar /unpacked/
            ADD --unpack=false t.tar /packed/
            ADD --keep-git-dir {server.Address}/repo.git /whole/
            """);
        await sandbox.BuildSharp.RunAsync("bud", "-t", "made", ".");
        string container = await sandbox.BuildSharp.ReadAsync("from", "made"), root = await sandbox.BuildSharp.ReadAsync("mount", container);
        Assert.Equal("git/f 3:4 600", await Stat("git/f"));
        Assert.Equal("one\n", File.ReadAllText(Path.Combine(root, "unpacked/sub/f")));
        Assert.Equal(["f"], Directory.EnumerateFileSystemEntries(Path.Combine(root, "git")).Select(Path.GetFileName));
        Assert.True(File.Exists(Path.Combine(root, "packed/t.tar")) && Directory.Exists(Path.Combine(root, "whole/.git")));
        var time = await sandbox.Named("git").ReadAsync("-C", sandbox["repo"], "log", "-1", "--format=%ct");
        Assert.Equal(time, await sandbox.Named("stat").ReadAsync("-c", "%Y", Path.Combine(root, "git/f")));

        var digest = await sandbox.BuildSharp.ReadAsync("add", "--exclude", "left-out", "--chown", "3:4", "--chmod", "600", container, $"file://{sandbox["repo"]}#:sub", "/again/");
        Assert.Contains($"dir:{digest} in /git/", await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "made"));
        await sandbox.BuildSharp.RunAsync("copy", container, $"{server.Address}/t.tar", "/copied/");
        Assert.Equal(await File.ReadAllBytesAsync(sandbox["t.tar"]), await File.ReadAllBytesAsync(Path.Combine(root, "copied/t.tar")));
        var refused = await sandbox.BuildSharp.RunAsync(125, ["copy", container, $"file://{sandbox["repo"]}", "/x/"]);
        Assert.Contains("source can't be a git ref for copy", refused.Error);
        var local = await sandbox.BuildSharp.RunAsync(125, ["add", "--checksum", "sha256:00", container, "t.tar", "/x/"]);
        Assert.Contains("checksum flag is not supported for local sources", local.Error);

        Task<string> Stat(string path) => sandbox.Named("stat").In(root).ReadAsync("-c", "%n %u:%g %a", path);
    }

    [RequiresFact(All, "git")]
    public async Task A_Dockerfile_takes_no_repository_of_this_machine_but_the_operator_does()
    {
        using var sandbox = new Sandbox();
        await sandbox.Named("sh").RunAsync("-ec", """
            git config --global user.email t@example.org; git config --global user.name t
            git init -q repo; cd repo; echo one > f; git add .; git commit -qm one
            """);
        foreach (var address in new[] { $"file://{sandbox["repo"]}", $"FILE://{sandbox["repo"]}", $"file://localhost{sandbox["repo"]}/.git#HEAD" })
        {
            sandbox.Write("Dockerfile", $"FROM scratch\nARG a={address}\nADD $a /\n");
            var refused = await sandbox.BuildSharp.RunAsync(125, ["bud", "."]);
            Assert.Contains($"{address}: a Dockerfile cannot take repositories of this machine", refused.Error, StringComparison.Ordinal);
        }

        var container = await sandbox.BuildSharp.ReadAsync("from", "scratch");
        await sandbox.BuildSharp.RunAsync("config", "--onbuild", $"ADD file://{sandbox["repo"]} /", container);
        await sandbox.BuildSharp.RunAsync("commit", "--format", "docker", container, "triggering");
        var trigger = await sandbox.BuildSharp.RunAsync(125, ["from", "triggering"]);
        Assert.Contains("cannot take repositories of this machine", trigger.Error, StringComparison.Ordinal);

        sandbox.Write("Dockerfile", "FROM scratch\nCOPY --from=mine f /\n");
        await sandbox.BuildSharp.RunAsync("bud", "--build-context", $"mine=file://{sandbox["repo"]}", "-t", "made", ".");
        await sandbox.BuildSharp.RunAsync("add", container, $"file://{sandbox["repo"]}", "/typed/");
    }

    [RequiresFact(All, "git")]
    public async Task Passwords_of_addresses_are_never_printed()
    {
        using var sandbox = new Sandbox();
        sandbox.Write("Dockerfile", "FROM scratch\nADD http://user:S3cr3t@127.0.0.1:1/f http://S3cr3t@127.0.0.1:1/r.git /f/\n");
        foreach (var call in new string[][]
        {
            ["bud", "--retry", "0", "."],
            ["--log-level", "debug", "bud", "--layers", "--retry", "0", "."],
            ["bud", "http://user:S3cr3t@127.0.0.1:1/r.git"],
            ["bud", "--retry", "0", "http://user:p@S3cr3t@127.0.0.1:1/context.tar"],
            ["bud", "-f", "http://user:S3cr3t@127.0.0.1:1/Dockerfile", "--retry", "0", "."],
            ["bud", "--build-context", "x=http://S3cr3t:x-oauth-basic@127.0.0.1:1/r.git#a..b", "."],
        })
        {
            var failed = await sandbox.BuildSharp.RunAsync(125, call);
            Assert.DoesNotContain("S3cr3t", failed.Output + failed.Error, StringComparison.Ordinal);
        }
    }

    [RequiresFact(All)]
    public async Task What_comes_has_to_be_what_was_promised()
    {
        using var sandbox = new Sandbox();
        using var server = new TemporaryWebServer();
        server.Serve("/f", "evil");
        var promised = "sha256:" + new string('0', 64);
        sandbox.Write("Dockerfile", $"FROM scratch\nADD --checksum={promised} {server.Address}/f /\n");
        var failed = await sandbox.BuildSharp.RunAsync(125, ["bud", "."]);
        Assert.Contains($"unexpected response digest for \"{server.Address}/f\": sha256:", failed.Error);
        Assert.EndsWith($", want {promised}\n", failed.Error);
        sandbox.Write("Dockerfile", $"FROM scratch\nADD --checksum={promised} Dockerfile /\n");
        Assert.Contains("Dockerfile:2:88: checksum flag is not supported for local sources", (await sandbox.BuildSharp.RunAsync(125, ["bud", "."])).Error);
    }

    [RequiresTheory(All)]
    [InlineData("context")]
    [InlineData("source")]
    [InlineData("verb")]
    public async Task Ctrl_C_ends_the_wait_and_leaves_nothing(string what)
    {
        using var sandbox = new Sandbox();
        using var server = new TemporaryWebServer();
        // Promises more than it gives, and keeps the line open.
        var begun = server.Stall("/slow", "a beginning"u8.ToArray(), "Content-Length: 1000");
        sandbox.Write("Dockerfile", $"FROM scratch\nADD {server.Address}/slow /\n");
        var container = await sandbox.BuildSharp.ReadAsync("from", "scratch");
        string[] words = what switch { "context" => ["bud", $"{server.Address}/slow"], "source" => ["bud", "."], _ => ["add", container, $"{server.Address}/slow", "/x"] };
        var ended = await sandbox.BuildSharp.InterruptedAfter(begun).RunAsync(130, words);
        Assert.EndsWith("Error: interrupted\n", ended.Error);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(sandbox.Work, "..", "tmp")));
        Assert.Equal(container, await sandbox.BuildSharp.ReadAsync("containers", "--format", "{{.ContainerName}}"));
        Assert.Empty(sandbox.MountsLeft);
    }
}
