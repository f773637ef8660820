using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.Crowd;

/// <summary>
/// Many processes on one store at once, for a minute (<c>BUILDSHARP_CROWD_SECONDS</c> sets another time). What they did is left in
/// <c>artifacts/reports/crowd.txt</c>.
/// </summary>
public class CrowdTests
{
    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "buildah", "podman", "busybox")]
    public async Task Sixteen_processes_beside_buildah_and_podman_lose_nothing()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        await sandbox.BuildSharp.RunAsync("rmi", "docker.io/library/latest");
        var before = Records(sandbox);
        var tally = new CrowdTally();
        List<CrowdMember> members = [.. Members(sandbox, tally)];

        var watch = Stopwatch.StartNew();
        await Task.WhenAll(members.Select(member => Task.Run(() => member.WorkAsync(Time))));
        var report = tally.Report(watch.Elapsed);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(Checkout.Root, "artifacts/reports")).FullName, "crowd.txt"), report);
        Assert.True(tally.Errors.Count == 0, report + string.Join('\n', tally.Errors));
        Assert.All(members, member => Assert.NotEmpty(member.Images));

        // A build that fails because an image was removed meanwhile leaves the images of its finished steps to the cache.
        await sandbox.BuildSharp.RunAsync("rmi", "--prune");
        await EveryToolListsAsync(sandbox, members);
        await EverythingHasItsContentAsync(sandbox, members);
        Assert.Equal("[]", File.ReadAllText(Path.Combine(sandbox.RunRoot, "overlay-layers/mountpoints.json")));
        Assert.Empty(sandbox.MountsLeft);

        await RemoveAllAsync(sandbox, members);
        Assert.Equal(before, Records(sandbox));
        Assert.Empty(sandbox.MountsLeft);
    }

    private static TimeSpan Time =>
        TimeSpan.FromSeconds(double.Parse(Environment.GetEnvironmentVariable("BUILDSHARP_CROWD_SECONDS") ?? "60", CultureInfo.InvariantCulture));

    private static IEnumerable<CrowdMember> Members(Sandbox sandbox, CrowdTally tally) =>
    [
        .. Enumerable.Range(0, 16).Select(i => new CrowdMember(CrowdDialect.BuildSharp(sandbox.BuildSharp), $"ours{i}", sandbox, tally)),
        .. Enumerable.Range(0, 2).Select(i => new CrowdMember(CrowdDialect.Buildah(sandbox.BuildahOnOurStore), $"buildah{i}", sandbox, tally)),
        .. Enumerable.Range(0, 2).Select(i => new CrowdMember(CrowdDialect.Podman(sandbox.Podman), $"podman{i}", sandbox, tally)),
    ];

    private static async Task EveryToolListsAsync(Sandbox sandbox, List<CrowdMember> members)
    {
        string[] acknowledged = [.. members.SelectMany(member => member.Images.Keys).Append("localhost/base:latest").Order(StringComparer.Ordinal)];
        foreach (var tool in new[] { sandbox.BuildSharp, sandbox.BuildahOnOurStore })
        {
            Assert.Equal(acknowledged, Sorted(await tool.ReadAsync("images", "--format", "{{.Name}}:{{.Tag}}")));
        }

        Assert.Equal(acknowledged, Sorted(await sandbox.Podman.ReadAsync("images", "--format", "{{.Repository}}:{{.Tag}}")));

        string[] containers = [.. members.SelectMany(member => member.Containers.Keys).Order(StringComparer.Ordinal)];
        foreach (var tool in new[] { sandbox.BuildSharp, sandbox.BuildahOnOurStore })
        {
            Assert.Equal(containers, Sorted(await tool.ReadAsync("containers", "--all", "--format", "{{.ContainerName}}")));
        }

        Assert.Equal(containers, Sorted(await sandbox.Podman.ReadAsync("ps", "--all", "--external", "--format", "{{.Names}}")));
    }

    // One image of each of our members by buildah, all others by us.
    private static async Task EverythingHasItsContentAsync(Sandbox sandbox, List<CrowdMember> members)
    {
        foreach (var member in members)
        {
            var last = member.Images.Keys.Last();
            foreach ((var image, var mark) in member.Images.Where(image => !image.Key.EndsWith("-again", StringComparison.Ordinal) || image.Key == last))
            {
                var tool = image == last && member.Tool == "buildsharp" ? sandbox.BuildahOnOurStore : sandbox.BuildSharp;
                var container = await tool.ReadAsync("from", image);
                var root = await tool.ReadAsync("mount", container);
                Assert.Equal((mark, mark), (File.ReadAllText(Path.Combine(root, "mark")), File.ReadAllText(Path.Combine(root, "more"))));
                Assert.True(File.Exists(Path.Combine(root, "bin/busybox")));
                await tool.RunAsync("rm", container);
            }

            foreach ((var container, var mark) in member.Containers.Where(_ => member.Tool != "podman"))
            {
                var root = await sandbox.BuildSharp.ReadAsync("mount", container);
                Assert.Equal(mark, File.ReadAllText(Path.Combine(root, "mark")));
                await sandbox.BuildSharp.RunAsync("umount", container);
            }
        }
    }

    private static async Task RemoveAllAsync(Sandbox sandbox, List<CrowdMember> members)
    {
        await sandbox.Podman.RunAsync(["rm", .. members.Where(member => member.Tool == "podman").SelectMany(member => member.Containers.Keys)]);
        await sandbox.BuildahOnOurStore.RunAsync(["rm", .. members.Where(member => member.Tool == "buildsharp").SelectMany(member => member.Containers.Keys)]);
        await sandbox.BuildSharp.RunAsync("rm", "--all");
        await sandbox.BuildSharp.RunAsync(["rmi", .. members.SelectMany(member => member.Images.Keys)]);
    }

    /// <summary>What the lists of records hold, and the directories there are: a file without record would show, too.</summary>
    private static string Records(Sandbox sandbox)
    {
        var ids = new[] { "layers", "images", "containers" }
            .Select(kind => Path.Combine(sandbox.Root, $"overlay-{kind}", $"{kind}.json"))
            .Where(File.Exists)
            .Select(file => JsonDocument.Parse(File.ReadAllText(file)).RootElement.EnumerateArray().Select(record => record.GetProperty("id").GetString()))
            .SelectMany(list => list.Order(StringComparer.Ordinal))!;
        IEnumerable<string> directories = new[] { "overlay", "overlay-images", "overlay-containers", "overlay/l", "overlay/tempdirs", "overlay-layers/tmp" }
            .Select(directory => Path.Combine(sandbox.Root, directory))
            .SelectMany(directory => Directory.Exists(directory) ? Directory.GetDirectories(directory) : [])
            .Where(directory => Path.GetFileName(directory) is not ("tempdirs" or "tmp"))
            .Order(StringComparer.Ordinal);
        return string.Join('\n', ids.Concat(directories));
    }

    private static string[] Sorted(string lines) => [.. lines.Split('\n').Order(StringComparer.Ordinal)];
}
