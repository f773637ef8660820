using System.Text.RegularExpressions;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>A store that cannot be used as it should: what is said, and that nothing gets worse.</summary>
public class DamagedStoreTests
{
    // Verbs that need root refuse an ordinary user before they look at the store.
    private static readonly string[] AsRootOfHisNamespace = ["unshare", "--user", "--map-root-user"];

    public static TheoryData<string, string, string> Damages => new()
    {
        { "overlay-layers/layers.json", "[{\"id\"", "not valid JSON at line 1, byte 7" },
        { "overlay-layers/layers.json", "{}", "it is not a list of records" },
        { "overlay-layers/layers.json", "[{\"id\":5}]", "a field is of the wrong type" },
        { "overlay-layers/layers.json", "", "not valid JSON" },
        { "overlay-images/images.json", "[{\"id\":\"x\",\"created\":\"yesterday\"}]", "yesterday" },
        { "overlay-images/images.json", "\0\0\0\0", "not valid JSON at line 1, byte 1" },
        { "overlay-containers/containers.json", "[[]]", "a record is not an object" },
    };

    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary, "busybox")]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_list_is_named_and_no_verb_changes_it(string file, string content, string problem)
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        await sandbox.BuildSharp.RunAsync("from", "--name", "c", "base");
        var path = Path.Combine(sandbox.Root, file);
        var whole = File.ReadAllText(path);
        File.WriteAllText(path, content);
        foreach (var words in new string[][] { ["from", "base"], ["rmi", "-f", "base"], ["rm", "c"], ["commit", "c", "x"], ["bud", "-t", "x", "."] })
        {
            var failed = await sandbox.BuildSharp.ExecuteAsync(words);
            // A verb that does not need the list may do its work.
            if (words[0] is "from" or "rmi")
            {
                Assert.Equal(125, failed.ExitCode);
            }

            Assert.Equal(content, File.ReadAllText(path));
            if (failed.Error.Contains("is damaged"))
            {
                Assert.Matches($"{Regex.Escape(path)} is damaged \\(.*{Regex.Escape(problem)}", failed.Error);
            }
        }
        Assert.Contains("is damaged", (await sandbox.BuildSharp.RunAsync(125, ["from", "base"])).Error);

        File.WriteAllText(path, whole);
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("check"));
        await sandbox.BuildSharp.RunAsync("rm", "c");
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary)]
    public async Task A_list_of_a_hundred_megabytes_is_read_or_refused_in_a_moment()
    {
        using var sandbox = new Sandbox();
        await sandbox.BuildSharp.RunAsync("from", "--name", "c", "scratch");
        var path = Path.Combine(sandbox.Root, "overlay-containers/containers.json");
        var whole = File.ReadAllText(path);
        foreach (var filler in new[] { "[", "[{\"id\":\"", "        ", "{\"a\":" })
        {
            using (var writer = new StreamWriter(path))
            {
                for (var written = 0; written < 100_000_000; written += filler.Length)
                {
                    writer.Write(filler);
                }
            }
            var failed = await sandbox.BuildSharp.Within(TimeSpan.FromSeconds(30)).RunAsync(125, ["containers"]);
            Assert.StartsWith($"Error: {path} is damaged (", failed.Error);
            Assert.True(failed.Error.Length < 1000, failed.Error.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Assert.True(new FileInfo(path).Length >= 100_000_000);
        }

        // Blanks are allowed between records, however many.
        File.WriteAllText(path, whole.Insert(1, new string(' ', 100_000_000)));
        Assert.Equal("c", await sandbox.BuildSharp.ReadAsync("containers", "--format", "{{.ContainerName}}"));
    }

    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary)]
    [InlineData("overlay-layers/layers.json", "from scratch")]
    [InlineData("overlay-layers/volatile-layers.json", "from scratch")]
    [InlineData("overlay-images/images.json", "images")]
    [InlineData("overlay-containers/volatile-containers.json", "containers")]
    [InlineData("overlay-layers/mountpoints.json", "mount c")]
    public async Task Each_list_may_be_absurdly_long(string file, string words)
    {
        using var sandbox = new Sandbox();
        await sandbox.BuildSharp.RunAsync("from", "--name", "c", "scratch");
        var path = Path.Combine(file.Contains("mountpoints") ? sandbox.RunRoot : sandbox.Root, file);
        File.WriteAllText(path, "[{\"id\":\"" + new string('x', 100_000_000));
        var failed = await sandbox.BuildSharp.Within(TimeSpan.FromSeconds(30)).RunAsync(125, words.Split(' '));
        Assert.StartsWith($"Error: {path} is damaged (", failed.Error);
        Assert.True(failed.Error.Length < 1000, failed.Error.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(new FileInfo(path).Length >= 100_000_000);
    }

    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary | Needs.UserNamespaces, "setpriv", "chmod")]
    [InlineData("overlay-layers/layers.json", "from", "scratch")]
    [InlineData("overlay-layers/volatile-layers.json", "from", "scratch")]
    [InlineData("overlay-layers/layers.lock", "from", "scratch")]
    [InlineData("overlay-images/images.json", "images")]
    [InlineData("overlay-images/images.lock", "images")]
    [InlineData("overlay-containers/containers.json", "containers")]
    [InlineData("overlay-containers/volatile-containers.json", "containers")]
    [InlineData("overlay-containers/containers.lock", "containers")]
    [InlineData("storage.lock", "from", "scratch")]
    public async Task A_file_of_another_user_is_named(string file, params string[] words)
    {
        using var sandbox = new Sandbox();
        await sandbox.BuildSharp.RunAsync("from", "--name", "c", "scratch");
        await sandbox.BuildSharp.RunAsync("commit", "-q", "c", "x");
        var path = Path.Combine(sandbox.Root, file);
        if (!File.Exists(path))
        {
            File.WriteAllText(path, "[]");
        }

        await sandbox.Named("chmod").RunAsync("-R", "a+rwX", Path.GetDirectoryName(sandbox.Root)!);
        await sandbox.Named("chmod").RunAsync("600", path);

        var buildsharp = sandbox.BuildSharp;
        var failed = await sandbox.Named("setpriv").RunAsync(
            125, ["--reuid", "65534", "--regid", "65534", "--clear-groups", .. AsRootOfHisNamespace, buildsharp.Program, .. buildsharp.LeadingArguments, .. words]);
        Assert.Contains($" {path}: permission denied; run as root or choose another store with --root and --runroot", failed.Error);
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary)]
    public async Task Mount_counts_that_are_damaged_can_be_removed()
    {
        using var sandbox = new Sandbox();
        await sandbox.BuildSharp.RunAsync("from", "--name", "c", "scratch");
        var path = Path.Combine(sandbox.RunRoot, "overlay-layers/mountpoints.json");
        foreach (var content in new[] { "[{", "{}", "[5]", "[{\"id\":\"x\"}]", "[{\"id\":\"x\",\"path\":7,\"count\":1}]" })
        {
            File.WriteAllText(path, content);
            var error = (await sandbox.BuildSharp.RunAsync(125, ["mount", "c"])).Error;
            Assert.StartsWith($"Error: {path} is damaged (", error);
            Assert.Contains("if nothing of the store is mounted remove it", error);
            Assert.Equal(content, File.ReadAllText(path));
        }
        File.Delete(path);
        await sandbox.BuildSharp.RunAsync("mount", "c");
        await sandbox.BuildSharp.RunAsync("umount", "c");
        Assert.Empty(sandbox.MountsLeft);
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary)]
    public async Task A_container_with_a_damaged_state_can_be_removed()
    {
        using var sandbox = new Sandbox();
        await sandbox.BuildSharp.RunAsync("from", "--name", "c", "scratch");
        var path = Directory.GetFiles(sandbox.Root, "buildah.json", SearchOption.AllDirectories).Single();
        File.WriteAllText(path, "{\"type\":\"buildah 0.0.1\",");
        var error = (await sandbox.BuildSharp.RunAsync(125, ["mount", "c"])).Error;
        Assert.Contains($"{path} is damaged (not valid JSON at line 1, byte ", error);
        Assert.Contains("remove its container with \"rm ", error);
        await sandbox.BuildSharp.RunAsync("rm", "c");
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("check"));
    }

    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary, "busybox")]
    [InlineData("manifest", "{")]
    [InlineData("=c2hh", "{}")]
    [InlineData("manifest", null)]
    public async Task A_document_of_an_image_that_is_damaged_is_named(string prefix, string? content)
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var path = Directory.GetFiles(Path.Combine(sandbox.Root, "overlay-images"), prefix + "*", SearchOption.AllDirectories).First();
        File.WriteAllText(path, content ?? File.ReadAllText(path).Replace("layers", "Layers"));
        foreach (var words in new string[][] { ["from", "base"], ["push", "base", "dir:out"] })
        {
            Assert.Contains($"{path} is damaged (", (await sandbox.BuildSharp.RunAsync(125, words)).Error);
        }

        await sandbox.BuildSharp.RunAsync("images");
        await sandbox.BuildSharp.RunAsync("rmi", "--all");
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("check"));
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary | Needs.UserNamespaces, "setpriv")]
    public async Task The_store_of_another_user_is_refused_and_not_taken_for_empty()
    {
        using var sandbox = new Sandbox();
        await sandbox.BuildSharp.RunAsync("from", "--name", "c", "scratch");
        var buildsharp = sandbox.BuildSharp;
        foreach (var words in new string[][] { ["images"], ["containers"], ["from", "scratch"], ["rm", "c"], ["rmi", "x"], ["info"], ["mount"], ["check"] })
        {
            var failed = await sandbox.Named("setpriv").RunAsync(
                125, ["--reuid", "65534", "--regid", "65534", "--clear-groups", .. AsRootOfHisNamespace, buildsharp.Program, .. buildsharp.LeadingArguments, .. words]);
            Assert.Equal(
                $"Error: cannot open the store in {sandbox.Root}: permission denied; run as root or choose another store with --root and --runroot\n", failed.Error);
        }
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "busybox", "mount")]
    public async Task On_a_read_only_file_system_everything_can_be_read_and_nothing_changed()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        await sandbox.BuildSharp.RunAsync("from", "--name", "c", "base");
        await sandbox.Named("mount").RunAsync("--bind", sandbox.Root, sandbox.Root);
        await sandbox.Named("mount").RunAsync("-o", "remount,bind,ro", sandbox.Root);

        Assert.Contains("localhost/base", await sandbox.BuildSharp.ReadAsync("images"));
        Assert.Contains("localhost/base", await sandbox.BuildSharp.ReadAsync("containers"));
        await sandbox.BuildSharp.RunAsync("inspect", "base");
        await sandbox.BuildSharp.RunAsync("info");
        await sandbox.BuildSharp.RunAsync("push", "-q", "base", "dir:out");
        foreach (var words in new string[][]
                 { ["from", "base"], ["tag", "base", "x"], ["rm", "c"], ["rmi", "docker.io/library/latest"], ["commit", "c", "x"], ["rename", "c", "d"], ["config", "--env", "A=b", "c"], ["mount", "c"] })
        {
            var error = (await sandbox.BuildSharp.RunAsync(125, words)).Error;
            Assert.Contains("the file system is read-only", error);
            Assert.Contains(sandbox.Root, error);
        }
        await sandbox.Named("umount").RunAsync(sandbox.Root);
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("check"));
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "busybox", "mount", "dd")]
    public async Task On_a_full_disk_each_verb_says_so_and_the_store_stays_sound()
    {
        using var sandbox = new Sandbox();
        var disk = Path.GetDirectoryName(sandbox.Root)!;
        Directory.CreateDirectory(disk);
        await sandbox.Named("mount").RunAsync("-t", "tmpfs", "-o", "size=16m", "none", disk);
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        await sandbox.BuildSharp.RunAsync("from", "--name", "c", "base");
        var before = await sandbox.BuildSharp.ReadAsync("images", "-a");
        await sandbox.Named("dd").ExecuteAsync(["if=/dev/zero", $"of={disk}/filler", "bs=4k", "status=none"]);

        foreach (var words in new string[][] { ["from", "base"], ["commit", "c", "x"], ["tag", "base", "y"], ["config", "--env", "A=b", "c"], ["rename", "c", "d"] })
        {
            Assert.Contains("no space left on device", (await sandbox.BuildSharp.RunAsync(125, words)).Error);
        }

        Assert.Equal(before, await sandbox.BuildSharp.ReadAsync("images", "-a"));
        Assert.Equal("c", await sandbox.BuildSharp.ReadAsync("containers", "--format", "{{.ContainerName}}"));

        File.Delete(Path.Combine(disk, "filler"));
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("check", "--max", "0s"));
        await sandbox.BuildSharp.RunAsync("commit", "-q", "--rm", "c", "x");
    }
}
