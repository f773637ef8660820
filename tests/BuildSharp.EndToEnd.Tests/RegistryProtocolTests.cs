using System.Text.Json;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>What a real docker-registry is asked besides pulls and pushes of one image.</summary>
public class RegistryProtocolTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task Every_tag_of_a_repository_is_pulled()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        var (tool, name) = (sandbox.BuildSharp, $"{registry.Host}/team/app");
        foreach (var tag in new[] { "a", "b", "c" })
        {
            sandbox.Write("Dockerfile", $"FROM scratch\nLABEL tag={tag}\nCOPY Dockerfile /\n");
            await tool.RunAsync("bud", "-q", "-t", "made", ".");
            await tool.RunAsync("push", "-q", "--tls-verify=false", "made", $"{name}:{tag}");
        }

        await tool.RunAsync("rmi", "-a", "-f");
        var last = await tool.ReadAsync("pull", "-q", "--all-tags", "--tls-verify=false", name);
        Assert.Equal([$"{name}:a", $"{name}:b", $"{name}:c"], (await tool.ReadAsync("images", "--format", "{{.Name}}:{{.Tag}}")).Split('\n').Order());
        Assert.Contains("sha256:" + last, await tool.ReadAsync("images", "-q", "--no-trunc"));
        Assert.Contains("give the repository alone", (await tool.RunAsync(125, ["pull", "-a", "--tls-verify=false", $"{name}:a"])).Error);
        Assert.Contains("pulling all tags is not supported for oci transport", (await tool.RunAsync(125, ["pull", "-a", "oci:layout"])).Error);
        Assert.Contains("repository name not known", (await tool.RunAsync(125, ["pull", "-a", "--retry=0", "--tls-verify=false", $"{registry.Host}/none"])).Error);
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task A_list_in_a_registry_is_shown_and_its_entries_are_taken_over()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        var (tool, list) = (sandbox.BuildSharp, $"{registry.Host}/team/list:1");
        foreach (var architecture in new[] { "amd64", "arm64" })
        {
            sandbox.Write("Dockerfile", $"FROM scratch\nLABEL a={architecture}\nCOPY Dockerfile /\n");
            await tool.RunAsync("bud", "-q", "--arch", architecture, "--manifest", "list", ".");
        }

        await tool.RunAsync("manifest", "push", "-q", "--tls-verify=false", "list", list);
        var raw = await sandbox.Named("skopeo").ReadAsync("inspect", "--raw", "--tls-verify=false", "docker://" + list);
        var shown = await tool.ReadAsync("manifest", "inspect", "--tls-verify=false", list);
        Assert.True(JsonElement.DeepEquals(Parsed(raw), Parsed(shown)), shown);
        Assert.Equal(shown, await tool.ReadAsync("manifest", "inspect", "--tls-verify=false", "docker://" + list));
        await tool.RunAsync("manifest", "create", "--all", "--tls-verify=false", "copy", "docker://" + list);
        Assert.Equal(shown, await tool.ReadAsync("manifest", "inspect", "copy"));
        await tool.RunAsync("copy", "-q", "--src-tls-verify=false", "--dest-tls-verify=false", "docker://" + list, $"docker://{registry.Host}/team/image:1");
        Assert.Contains("(not a list type)", (await tool.RunAsync(125, ["manifest", "inspect", "--tls-verify=false", $"{registry.Host}/team/image:1"])).Error);

        static JsonElement Parsed(string json)
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.Clone();
        }
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task What_refers_to_an_image_is_listed_in_a_tag_until_it_is_deleted()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        var layout = BusyboxImage.WriteLayout(sandbox["base"]);
        var (tool, repository) = (sandbox.BuildSharp, $"docker://{registry.Host}/team/app");
        await tool.RunAsync("copy", "-q", "--dest-tls-verify=false", layout, $"{repository}:1");
        var subject = await sandbox.Named("skopeo").ReadAsync("inspect", "--tls-verify=false", "--format", "{{.Digest}}", $"{repository}:1");
        var raw = await sandbox.Named("skopeo").ReadAsync("inspect", "--raw", "--tls-verify=false", $"{repository}:1");

        // The same image once more, as one that refers to the first.
        await tool.RunAsync("copy", "-q", layout, "dir:referrer");
        var about = raw[..^1] + $",\"subject\":{{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"{subject}\",\"size\":{raw.Length}}},\"annotations\":{{\"k\":\"v\"}}}}";
        File.WriteAllText(sandbox["referrer/manifest.json"], about);
        await tool.RunAsync("copy", "-q", "--dest-tls-verify=false", "dir:referrer", $"{repository}:about");
        await tool.RunAsync("copy", "-q", "--dest-tls-verify=false", "dir:referrer", $"{repository}:again");
        var listed = await EntriesAsync();
        Assert.Equal(await tool.ReadAsync("manifest-digest", "referrer/manifest.json"), Assert.Single(listed).GetProperty("digest").GetString());
        Assert.Equal("v", listed[0].GetProperty("annotations").GetProperty("k").GetString());
        Assert.Equal("application/vnd.oci.image.config.v1+json", listed[0].GetProperty("artifactType").GetString());
        await tool.RunAsync("delete", "--tls-verify=false", $"{repository}:about");
        Assert.Empty(await EntriesAsync());

        async Task<JsonElement[]> EntriesAsync()
        {
            using var index = JsonDocument.Parse(await sandbox.Named("skopeo").ReadAsync(
                "inspect", "--raw", "--tls-verify=false", $"{repository}:{subject.Replace(':', '-')}"));
            return [.. index.RootElement.GetProperty("manifests").EnumerateArray().Select(entry => entry.Clone())];
        }
    }
}
