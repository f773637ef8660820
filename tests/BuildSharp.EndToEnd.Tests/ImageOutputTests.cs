using System.Text.Json;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Where <c>bud --output</c>, <c>--push</c> and <c>--load</c> bring the image.</summary>
public class ImageOutputTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresTheory(All, "skopeo")]
    [InlineData("oci", "oci-archive")]
    [InlineData("docker", "docker-archive")]
    public async Task An_archive_has_the_image_with_its_name(string type, string transport)
    {
        using var sandbox = With("FROM scratch\nCOPY Dockerfile /\nENV A=b\n");
        await sandbox.BuildSharp.RunAsync("bud", "-t", "app:1", "-o", $"type={type},dest=image:1.tar", ".");
        File.Move(sandbox["image:1.tar"], sandbox["image.tar"]);
        using var facts = JsonDocument.Parse(await sandbox.Named("skopeo").ReadAsync("inspect", "--config", $"{transport}:image.tar:localhost/app:1"));
        Assert.Equal("A=b", facts.RootElement.GetProperty("config").GetProperty("Env")[1].GetString());

        var written = await sandbox.Named("sh").RunAsync(
            "-c", $"{sandbox.BuildSharp.Program} {string.Join(' ', sandbox.BuildSharp.LeadingArguments)} bud -t app:1 -o type={type},dest=- . > piped.tar");
        Assert.Equal("", written.Output);
        await sandbox.Named("skopeo").RunAsync("inspect", "--config", $"{transport}:piped.tar:localhost/app:1");
    }

    [RequiresTheory(All, "docker-registry", "skopeo")]
    [InlineData("--push")]
    [InlineData("-otype=registry")]
    [InlineData("-otype=image,push=true")]
    public async Task Every_name_is_pushed_to_its_registry(string flag)
    {
        using var sandbox = With("FROM scratch\nCOPY Dockerfile /\n");
        await using var registry = await TemporaryRegistry.StartAsync();
        await sandbox.BuildSharp.RunAsync(
            "bud", "--tls-verify=false", flag, "--metadata-file", "facts", "-t", $"{registry.Host}/team/app:1", "-t", $"{registry.Host}/team/app:2", ".");
        foreach (var tag in new[] { "1", "2" })
        {
            await sandbox.Named("skopeo").RunAsync("inspect", "--tls-verify=false", $"docker://{registry.Host}/team/app:{tag}");
        }

        using var facts = JsonDocument.Parse(File.ReadAllText(sandbox["facts"]));
        Assert.Contains($"{registry.Host}/team/app:1", facts.RootElement.GetProperty("image.name").GetString());
    }

    [RequiresTheory(All)]
    [InlineData("pushing needs a name that says where: -t REGISTRY/NAME", "--push")]
    [InlineData("localhost/app:latest names no registry to push to: -t REGISTRY/app:latest", "--push", "-t", "app")]
    [InlineData("building multiple images, but pushing takes one; put them into a list with --manifest and push that", "--push", "-t", "r.example/a", "--platform", "linux/amd64,linux/arm64")]
    public async Task A_push_that_cannot_be_is_refused_before_anything_is_built(string expected, params string[] flags)
    {
        using var sandbox = With("FROM scratch\nCOPY Dockerfile /\n");
        Assert.Equal($"Error: {expected}\n", (await sandbox.BuildSharp.RunAsync(125, ["bud", .. flags, "."])).Error);
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("images", "-q", "-a"));
    }

    [RequiresFact(All)]
    public async Task The_store_has_the_image_unless_only_the_cache_is_wanted()
    {
        using var sandbox = With("FROM scratch\nCOPY Dockerfile /\nENV A=b\n");
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("bud", "-q", "-t", "app", "-o", "type=cacheonly", "."));
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("images", "-q", "-a"));
        await sandbox.BuildSharp.RunAsync("bud", "--layers", "-t", "app", "-o", "type=cacheonly", ".");
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("images", "--format", "{{.Name}}", "--filter", "dangling=false"));
        var loaded = await sandbox.BuildSharp.RunAsync("bud", "--layers", "--load", "-o", "type=image,name=other", "-t", "app", ".");
        Assert.Equal(2, BuildCacheTests.Hits(loaded));
        Assert.Contains("Successfully tagged localhost/other:latest", loaded.Lines);
        Assert.Contains("Successfully tagged localhost/app:latest", loaded.Lines);
    }

    private static Sandbox With(string dockerfile)
    {
        var sandbox = new Sandbox();
        sandbox.Write("Dockerfile", dockerfile);
        return sandbox;
    }
}
