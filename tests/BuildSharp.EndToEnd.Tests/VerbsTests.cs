using System.Text.Json.Nodes;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>An image by verbs, judged by tools that are not ours.</summary>
public class VerbsTests
{
    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "skopeo", "umoci", "podman", "runc", "busybox")]
    public async Task An_image_made_by_verbs_is_read_unpacked_and_run_by_others()
    {
        using var sandbox = new Sandbox();
        var buildsharp = sandbox.BuildSharp;
        var container = await buildsharp.ReadAsync("from", "scratch");
        var root = await buildsharp.ReadAsync("mount", container);
        BusyboxImage.WriteRootfs(Path.Combine(root, "busybox"));
        await sandbox.Named("bash").RunAsync("-ec", """cd "$1"; mv busybox/* .; rmdir busybox; echo content > file; chown 12:34 file; chmod 640 file""", "sh", root);
        await buildsharp.RunAsync("umount", container);
        await buildsharp.RunAsync("config", "--cmd", "cat /file", "--env", "A=b", "--workingdir", "/tmp", "--label", "l=m", container);
        var id = await buildsharp.ReadAsync("commit", "-q", "--rm", container, "app");
        await buildsharp.RunAsync("push", "-q", "app", "oci:out:app");

        var config = JsonNode.Parse(await sandbox.Named("skopeo").ReadAsync("inspect", "--config", "oci:out:app"))!;
        Assert.Equal(["cat", "/file"], config["config"]!["Cmd"]!.AsArray().Select(word => (string)word!));
        Assert.Contains("A=b", config["config"]!["Env"]!.AsArray().Select(word => (string)word!));
        Assert.Equal("/tmp", (string)config["config"]!["WorkingDir"]!);
        Assert.Equal("m", (string)config["config"]!["Labels"]!["l"]!);

        await sandbox.Named("umoci").RunAsync("unpack", "--image", "out:app", "bundle");
        Assert.Equal("content\n", File.ReadAllText(sandbox["bundle/rootfs/file"]));
        Assert.Equal("12:34 640", await sandbox.Named("stat").ReadAsync("-c", "%u:%g %a", "bundle/rootfs/file"));

        Assert.Equal("content", await sandbox.Podman.ReadAsync("run", "--rm", "--network", "host", "localhost/app"));
        Assert.Contains(id, await sandbox.Podman.ReadAsync("images", "--no-trunc", "-q"));
        Assert.Equal("", await buildsharp.ReadAsync("containers", "-q"));
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "busybox")]
    public async Task Committing_one_tree_twice_with_a_fixed_time_gives_one_image()
    {
        using var sandbox = new Sandbox();
        string[] ids = [await MakeAsync(sandbox, "one"), await MakeAsync(sandbox, "two")];
        Assert.Equal(ids[0], ids[1]);

        static async Task<string> MakeAsync(Sandbox sandbox, string name)
        {
            var container = await sandbox.BuildSharp.ReadAsync("from", "--name", name, "scratch");
            var root = await sandbox.BuildSharp.ReadAsync("mount", container);
            // The directory's own order and the files' times differ between the two.
            string[] files = name == "one" ? ["a", "b", "c"] : ["c", "b", "a"];
            foreach (var file in files)
            {
                File.WriteAllText(Path.Combine(root, file), file);
            }

            await sandbox.BuildSharp.RunAsync("umount", container);
            return await sandbox.BuildSharp.ReadAsync("commit", "-q", "--rm", "--timestamp", "0", container);
        }
    }

    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary)]
    [InlineData("vfs", "")]
    [InlineData("vfs", "--rm")]
    [InlineData("overlay", "")]
    [InlineData("overlay", "--rm")]
    public async Task A_fixed_time_is_for_the_new_layer_and_not_for_the_base(string driver, string flag)
    {
        using var sandbox = new Sandbox(driver);
        var buildsharp = sandbox.BuildSharp;
        await sandbox.Named("sh").RunAsync("-c", "mkdir -p d/sub; echo x > d/sub/kept; ln d/sub/kept d/link; echo y > d/later; touch -d @5000 d/later; touch -d @1000 d/sub/kept d/sub d");
        var container = await buildsharp.ReadAsync("from", "scratch");
        await buildsharp.RunAsync("copy", "-q", container, "d", "/");
        await buildsharp.RunAsync("commit", "-q", "--rm", container, "base");
        foreach (var time in (string[][])[["--timestamp", "3000"], ["--source-date-epoch", "3000", "--rewrite-timestamp"]])
        {
            container = await buildsharp.ReadAsync("from", "base");
            await sandbox.Named("sh").RunAsync("-c", "echo new > $0/new; mkdir $0/sub/made", await buildsharp.ReadAsync("mount", container));
            await buildsharp.RunAsync("umount", container);
            await buildsharp.RunAsync(0, ["commit", "-q", .. flag.Length > 0 ? [flag] : Array.Empty<string>(), .. time, container, "made"]);
            foreach (var image in new[] { "made", "base" })
            {
                var root = await buildsharp.ReadAsync("mount", await buildsharp.ReadAsync("from", image));
                var found = await sandbox.Named("find").In(root).ReadAsync(".", "-mindepth", "1", "-printf", "%P %Ts\\n");
                string[] expected = image == "base"
                    ? ["later 5000", "link 1000", "sub 1000", "sub/kept 1000"]
                    : ["later 5000", "link 1000", "new 3000", "sub 3000", "sub/kept 1000", "sub/made 3000"];
                Assert.Equal(expected, found.Split('\n').Order(StringComparer.Ordinal));
            }
        }
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary)]
    public async Task A_source_in_a_context_directory_is_named_from_there_or_by_its_absolute_path()
    {
        using var sandbox = new Sandbox();
        sandbox.Write("c/f", "f");
        sandbox.Write("c/d/g", "g");
        sandbox.Write("other", "x");
        var container = await sandbox.BuildSharp.ReadAsync("from", "scratch");
        foreach (var source in new[] { "d/../f", "/f", sandbox["c/f"], sandbox["c/d/../f"], sandbox["c"] + "/*" })
        {
            await sandbox.BuildSharp.RunAsync("copy", "-q", "--contextdir", "c", container, source, "/x/");
        }

        await sandbox.BuildSharp.RunAsync("copy", "-q", "--contextdir", sandbox["c"], container, sandbox["c"], "/all");
        var root = await sandbox.BuildSharp.ReadAsync("mount", container);
        Assert.Equal("all all/d all/d/g all/f x x/f x/g", await sandbox.Named("sh").In(root).ReadAsync("-c", "echo $(find * | sort)"));
        foreach (var outside in new[] { sandbox["other"], "../other", "c/f" })
        {
            var refused = await sandbox.BuildSharp.RunAsync(125, ["copy", "--contextdir", "c", container, outside, "/x/"]);
            Assert.Contains("no such file or directory", refused.Error, StringComparison.Ordinal);
        }
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "time")]
    public async Task Committing_a_gigabyte_takes_less_than_100_MB_of_memory()
    {
        using var sandbox = new Sandbox();
        var container = await sandbox.BuildSharp.ReadAsync("from", "scratch");
        var root = await sandbox.BuildSharp.ReadAsync("mount", container);
        await sandbox.Named("dd").RunAsync("if=/dev/urandom", $"of={root}/random", "bs=1M", "count=1024", "status=none");
        await sandbox.BuildSharp.RunAsync("umount", container);

        var buildsharp = sandbox.BuildSharp;
        var timed = await sandbox.Named("time").Within(TimeSpan.FromMinutes(5)).RunAsync(
            ["-f", "%M", "-o", sandbox["peak"], buildsharp.Program, .. buildsharp.LeadingArguments, "commit", "-q", container, "big"]);
        Assert.NotEmpty(timed.Output);
        var peak = long.Parse(File.ReadAllText(sandbox["peak"]), System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(peak < 100 * 1024, $"the commit used {peak} KiB");
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "buildah", "busybox")]
    public async Task A_container_begun_here_can_be_finished_by_buildah_and_the_other_way_round()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var ours = await sandbox.BuildSharp.ReadAsync("from", "base");
        await sandbox.BuildahOnOurStore.RunAsync("config", "--label", "by=buildah", ours);
        Assert.Equal("buildah", await sandbox.BuildSharp.ReadAsync("inspect", "--format", "{{.OCIv1.Config.Labels.by}}", ours));

        var theirs = await sandbox.BuildahOnOurStore.ReadAsync("from", "base");
        await sandbox.BuildSharp.RunAsync("config", "--label", "by=buildsharp", theirs);
        await sandbox.BuildahOnOurStore.RunAsync("commit", "-q", "--rm", theirs, "both");
        Assert.Equal("buildsharp", await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "--format", "{{.OCIv1.Config.Labels.by}}", "both"));
    }
}
