using System.Text.Json;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Artifacts made of files, in manifest lists.</summary>
public sealed class ManifestArtifactTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task An_artifact_of_files_goes_with_its_list()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        var tool = sandbox.BuildSharp;
        await tool.RunAsync("pull", "-q", BusyboxImage.WriteLayout(sandbox["base"]));
        var name = $"docker://{registry.Host}/team/app";
        await tool.RunAsync("copy", "-q", "--dest-tls-verify=false", "oci:" + sandbox["base"], $"{name}:image");
        var subject = await sandbox.Named("skopeo").ReadAsync("inspect", "--tls-verify=false", "--format", "{{.Digest}}", $"{name}:image");
        await tool.RunAsync("manifest", "create", "--tls-verify=false", "list", $"{name}:image");
        sandbox.Write("report.txt", "a report");
        sandbox.Write("more.txt", "more");
        sandbox.Write("config.json", "{\"c\":1}");
        var added = await tool.ReadAsync(
            "manifest", "add", "--tls-verify=false", "--artifact", "--artifact-type", "application/vnd.example.report", "--artifact-layer-type", "text/plain", "--artifact-annotation", "a=b",
            "--artifact-subject", $"{name}:image", "--annotation", "k=v", "list", "report.txt", "more.txt");
        var second = await tool.ReadAsync("manifest", "add", "--artifact", "--artifact-config", "config.json", "--artifact-config-type", "application/vnd.example.config", "--artifact-exclude-titles", "list", "more.txt");
        Assert.NotEqual(added, second);
        await tool.RunAsync("manifest", "annotate", "--index", "--tls-verify=false", "--subject", $"{name}:image", "list");
        Assert.Equal("", await tool.ReadAsync("check"));
        await tool.RunAsync("manifest", "push", "-q", "--tls-verify=false", "list", $"{name}:list");

        using var list = JsonDocument.Parse(await RawAsync($"{name}:list"));
        Assert.Equal(subject, list.RootElement.GetProperty("subject").GetProperty("digest").GetString());
        var entry = list.RootElement.GetProperty("manifests")[1];
        Assert.Equal(
            (added.Split(": ")[1], "application/vnd.example.report", "v", false),
            (entry.GetProperty("digest").GetString(), entry.GetProperty("artifactType").GetString(), entry.GetProperty("annotations").GetProperty("k").GetString(), entry.TryGetProperty("platform", out _)));
        using var artifact = JsonDocument.Parse(await RawAsync($"{name}@{entry.GetProperty("digest")}"));
        Assert.Equal("application/vnd.oci.empty.v1+json", artifact.RootElement.GetProperty("config").GetProperty("mediaType").GetString());
        Assert.Equal("b", artifact.RootElement.GetProperty("annotations").GetProperty("a").GetString());
        Assert.Equal(subject, artifact.RootElement.GetProperty("subject").GetProperty("digest").GetString());
        Assert.Equal(
            ["text/plain report.txt", "text/plain more.txt"],
            artifact.RootElement.GetProperty("layers").EnumerateArray().Select(layer =>
                $"{layer.GetProperty("mediaType")} {layer.GetProperty("annotations").GetProperty("org.opencontainers.image.title")}"));
        var other = await RawAsync($"{name}@{second.Split(": ")[1]}");
        Assert.Contains("application/vnd.example.config", other);
        Assert.DoesNotContain("title", other);

        // Both are listed as what refers to the image: the list and the artifact.
        Assert.Contains(added.Split(": ")[1], await RawAsync($"{name}:{subject.Replace(':', '-')}"));
        await sandbox.Named("skopeo").RunAsync("copy", "-q", "--all", "--src-tls-verify=false", $"{name}:list", "oci:copied");
        Assert.Contains("a report", Directory.GetFiles(sandbox["copied/blobs/sha256"]).Select(File.ReadAllText));
        var directory = Path.Combine(sandbox.Root, "overlay-images", added.Split(':')[0], "artifacts");
        Assert.True(Directory.Exists(directory));
        await tool.RunAsync("manifest", "rm", "list");
        Assert.False(Directory.Exists(directory));

        Task<string> RawAsync(string place) => sandbox.Named("skopeo").ReadAsync("inspect", "--raw", "--tls-verify=false", place);
    }

    [RequiresFact(All)]
    public async Task Flags_of_artifacts_need_one()
    {
        using var sandbox = new Sandbox();
        var tool = sandbox.BuildSharp;
        await tool.RunAsync("manifest", "create", "list");
        foreach (var (words, said) in new[]
        {
            ("add --artifact-type x list image", "--artifact-type requires --artifact"),
            ("add --artifact-type x --artifact-config y list image", "--artifact-type/--artifact-config require --artifact"),
            ("add --artifact list none.txt", "adding none.txt to the artifact: open "),
            ("add list a b", "manifest add: too many arguments specified"),
            ("annotate --subject x list sha256:" + new string('a', 64), "--subject requires --index"),
            ("create --artifact list2", "manifest create has no --artifact; it belongs to add"),
        })
        {
            Assert.Contains(said, (await tool.RunAsync(125, ["manifest", .. words.Split(' ')])).Error);
        }
    }
}
