using System.Net.Sockets;
using System.Text.Json.Nodes;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.Interop;

/// <summary>What other tools keep in the store: their containers, lists and steps of builds.</summary>
public class ForeignRecordsTests
{
    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary, "podman", "busybox")] // row 11
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task A_container_of_podman_is_shown_when_asked_for_and_never_touched(string driver)
    {
        using var sandbox = new Sandbox(driver);
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        await sandbox.BuildSharp.RunAsync("rmi", "docker.io/library/latest");
        var id = await sandbox.Podman.ReadAsync("create", "--name", "theirs", "base", "/bin/sh");
        var records = Records(sandbox, driver, "containers");

        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("containers", "-q"));
        Assert.Equal("theirs", await sandbox.BuildSharp.ReadAsync("containers", "--all", "--format", "{{.ContainerName}}"));
        foreach (var refused in new string[][] { ["rm", id], ["rm", "theirs"], ["mount", id], ["commit", id, "x"], ["config", "--env", "A=b", id] })
        {
            Assert.Contains("container not known", (await sandbox.BuildSharp.RunAsync(125, refused)).Error);
        }

        Assert.Contains("image is in use by a container", (await sandbox.BuildSharp.RunAsync(125, ["rmi", "base"])).Error);
        await sandbox.BuildSharp.RunAsync("rm", "--all");

        Assert.Equal(records, Records(sandbox, driver, "containers"));
        Assert.Equal("theirs", await sandbox.Podman.ReadAsync("ps", "--all", "--format", "{{.Names}}"));
        await sandbox.Podman.RunAsync("rm", id);
        await sandbox.BuildSharp.RunAsync("rmi", "base");
        Assert.Equal("[]", Records(sandbox, driver, "layers"));
    }

    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary, "podman", "busybox")] // row 15
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task A_podman_that_stays_open_sees_what_is_committed_here(string driver)
    {
        using var sandbox = new Sandbox(driver);
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var socket = sandbox["podman.sock"];
        var podman = sandbox.Podman;
        var service = sandbox.Named("bash").RunAsync(
        [
            "-c", "stop=$1; shift; \"$@\" & until [ -e $stop ]; do sleep 0.1; done; kill $!; wait $!; true", "sh", sandbox["stop"],
            podman.Program, .. podman.LeadingArguments, "system", "service", "--time", "0", $"unix://{socket}",
        ]);
        using (var client = Client(socket))
        {
            Assert.DoesNotContain("localhost/new:1", await ImagesAsync(client, service));
            var container = await sandbox.BuildSharp.ReadAsync("from", "base");
            await sandbox.BuildSharp.RunAsync("commit", "-q", "--rm", container, "new:1");
            Assert.Contains("localhost/new:1", await ImagesAsync(client, service));
            await sandbox.BuildSharp.RunAsync("rmi", "new:1");
            Assert.DoesNotContain("localhost/new:1", await ImagesAsync(client, service));
        }
        sandbox.Write("stop", "");
        await service;
    }

    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary, "buildah", "podman", "busybox", "runc")] // rows 22 and 23
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Steps_of_a_build_are_steps_for_every_tool_and_go_with_the_last_image(string driver)
    {
        using var sandbox = new Sandbox(driver);
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        await sandbox.BuildSharp.RunAsync("rmi", "docker.io/library/latest");
        var layers = Records(sandbox, driver, "layers");
        sandbox.Write("context/Dockerfile", "FROM base\nENV A=b\nRUN echo one > /one\nLABEL l=m\nRUN echo two > /two\n");

        await sandbox.BuildSharp.RunAsync("bud", "-q", "--layers", "-t", "ours:1", "context");
        var theirs = await sandbox.BuildahOnOurStore.ReadAsync("bud", "--runtime", "runc", "--network", "host", "--layers", "-t", "theirs:1", "context");
        foreach (var words in new string[][] { ["images", "-q", "--no-trunc"], ["images", "-a", "-q", "--no-trunc"] })
        {
            var seen = Sorted(await sandbox.BuildSharp.ReadAsync(words));
            Assert.Equal(seen, Sorted(await sandbox.BuildahOnOurStore.ReadAsync(words)));
            Assert.Equal(seen, Sorted(await sandbox.Podman.ReadAsync(words)));
        }

        // Ours as a cache for buildah: every step that makes a file is found, the first of all included.
        Assert.Equal(4, Hits(theirs));

        // And theirs for us, but for COPY and ADD: Debian's buildah hashes owners' names along with the files, buildah 1.43 and we do not;
        // and but for the last step, whose image says nothing of its base there.
        sandbox.Write("context/Dockerfile", "FROM base\nARG B=c\nRUN echo three > /three\nENV C=d\nRUN echo four > /four\nUSER 7\n");
        await sandbox.BuildahOnOurStore.RunAsync("bud", "--runtime", "runc", "--network", "host", "--layers", "-t", "theirs:2", "context");
        var images = await sandbox.BuildahOnOurStore.ReadAsync("images", "-a", "-q", "--no-trunc");
        Assert.Equal(4, Hits(await sandbox.BuildSharp.ReadAsync("bud", "--layers", "-t", "ours:2", "context")));
        var after = Sorted(await sandbox.BuildSharp.ReadAsync("images", "-a", "-q", "--no-trunc"));
        Assert.Empty(Sorted(images).Except(after));
        Assert.Single(after.Except(Sorted(images)));

        await sandbox.BuildSharp.RunAsync("rmi", "ours:1", "theirs:1", "ours:2", "theirs:2");
        Assert.Equal("localhost/base:latest", await sandbox.BuildSharp.ReadAsync("images", "-a", "--format", "{{.Name}}:{{.Tag}}"));
        Assert.Equal(layers, Records(sandbox, driver, "layers"));
        await sandbox.BuildSharp.RunAsync("from", "base");
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("check"));
    }

    private static int Hits(string built) => built.Split('\n').Count(line => line.Contains("Using cache", StringComparison.Ordinal));

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "buildah", "busybox")] // row 25; more of it in ManifestTests
    public async Task A_manifest_list_of_buildah_is_listed_tagged_and_removed()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var list = await sandbox.BuildahOnOurStore.ReadAsync("manifest", "create", "list:1");
        await sandbox.BuildahOnOurStore.RunAsync("manifest", "add", "list:1", sandbox.Stored("localhost/base:latest"));
        var before = await sandbox.BuildahOnOurStore.ReadAsync("manifest", "inspect", "list:1");

        Assert.Contains(list, await sandbox.BuildSharp.ReadAsync("images", "-q", "--no-trunc"));
        Assert.Contains("localhost/list:1", await sandbox.BuildSharp.ReadAsync("images", "--format", "{{.Name}}:{{.Tag}}"));
        await sandbox.BuildSharp.RunAsync("tag", "list:1", "list:2");
        await sandbox.BuildSharp.RunAsync("rmi", "list:1");
        Assert.Equal(before, await sandbox.BuildahOnOurStore.ReadAsync("manifest", "inspect", "list:2"));
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("check"));
        await sandbox.BuildSharp.RunAsync("rmi", "list:2");
        Assert.Contains("localhost/base", await sandbox.BuildahOnOurStore.ReadAsync("images"));
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "busybox", "buildah")]
    public async Task Of_a_manifest_list_the_image_of_the_platform_is_used()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var buildah = sandbox.BuildahOnOurStore;
        var buildsharp = sandbox.BuildSharp;
        var arm = await buildsharp.ReadAsync("from", "--arch", "arm64", "scratch");
        await buildsharp.RunAsync("commit", "-q", "--rm", arm, "arm:1");
        await buildah.RunAsync("manifest", "create", "list:1");
        foreach (var member in new string[][] { ["base:latest"], ["arm:1", "--arch", "arm64"] })
        {
            await buildah.RunAsync(["manifest", "add", .. member[1..], "list:1", sandbox.Stored("localhost/" + member[0])]);
        }

        foreach (var flags in new string[][] { [], ["--arch", "arm64"] })
        {
            var ours = await buildsharp.ReadAsync(["from", "--pull-never", .. flags, "list:1"]);
            var theirs = await buildah.ReadAsync(["from", "--pull-never", .. flags, "list:1"]);
            Assert.Equal(ours + "-1", theirs);
            string[] fields = ["--format", "{{.FromImage}} {{.FromImageID}} {{.FromImageDigest}} {{.OCIv1.Architecture}}"];
            Assert.Equal(await buildah.ReadAsync(["inspect", .. fields, theirs]), await buildsharp.ReadAsync(["inspect", .. fields, ours]));
        }
        Assert.StartsWith(
            "Error: localhost/list:1: no image for platform linux/s390x in the index",
            (await buildsharp.RunAsync(125, ["from", "--pull-never", "--arch", "s390x", "list:1"])).Error);

        string[] digest = ["--type", "image", "--format", "{{.FromImageID}}"];
        Assert.Equal(await buildsharp.ReadAsync(["inspect", .. digest, "base"]), await buildsharp.ReadAsync(["inspect", .. digest, "list:1"]));
        await buildsharp.RunAsync("push", "-q", "list:1", "dir:list");
        await buildsharp.RunAsync("push", "-q", "base", "dir:base");
        Assert.Equal(File.ReadAllText(sandbox["base/manifest.json"]), File.ReadAllText(sandbox["list/manifest.json"]));
        using (var elsewhere = new Sandbox())
        {
            foreach ((var image, var flags) in new[] { ("base", Array.Empty<string>()), ("arm:1", ["--arch", "arm64"]) })
            {
                var pulled = await elsewhere.BuildSharp.ReadAsync(["pull", "-q", .. flags, sandbox.Stored("localhost/list:1")]);
                Assert.Equal(await buildsharp.ReadAsync(["inspect", .. digest, image]), pulled.Split('\n')[^1]);
            }
            Assert.Contains("localhost/list", await elsewhere.BuildSharp.ReadAsync("images"));
        }
        await buildsharp.RunAsync("rm", "--all");
        await buildsharp.RunAsync("rmi", "arm:1");
        Assert.Contains("is not in " + sandbox.Root, (await buildsharp.RunAsync(125, ["from", "--pull-never", "--arch", "arm64", "list:1"])).Error);
    }

    private static HttpClient Client(string socket) => new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.Zero,
        ConnectCallback = async (_, cancellation) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
            return new NetworkStream(connection, ownsSocket: true);
        },
    });

    private static async Task<IReadOnlyList<string>> ImagesAsync(HttpClient client, Task service)
    {
        for (var end = Environment.TickCount64 + 30_000; ; await Task.Delay(50))
        {
            try
            {
                var answer = await client.GetStringAsync("http://podman/v4.0.0/libpod/images/json");
                return [.. JsonNode.Parse(answer)!.AsArray().SelectMany(image => image!["RepoTags"]?.AsArray() ?? []).Select(tag => (string)tag!)];
            }
            catch (HttpRequestException) when (!service.IsCompleted && Environment.TickCount64 < end)
            {
                // It is not listening yet.
            }
        }
    }

    private static string Records(Sandbox sandbox, string driver, string kind) =>
        File.ReadAllText(Path.Combine(sandbox.Root, $"{driver}-{kind}", $"{kind}.json"));

    private static string[] Sorted(string lines) => [.. lines.Split('\n').Select(line => line.Replace("sha256:", "")).Order(StringComparer.Ordinal)];
}
