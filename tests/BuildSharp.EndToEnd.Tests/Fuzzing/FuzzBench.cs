using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.Fuzzing;

/// <summary>A store with an image, a container and copies of the image in every form that is read, from which broken ones are made.</summary>
internal sealed class FuzzBench : IDisposable
{
    private FuzzBench(Sandbox sandbox) => Sandbox = sandbox;

    public Sandbox Sandbox { get; }

    /// <summary>Archives of files, of images and of a layout, plain and compressed.</summary>
    public required IReadOnlyList<byte[]> Archives { get; init; }

    public required IReadOnlyList<byte[]> Manifests { get; init; }

    public required IReadOnlyList<byte[]> Configs { get; init; }

    public required IReadOnlyList<byte[]> Indexes { get; init; }

    public required IReadOnlyList<byte[]> States { get; init; }

    public required IReadOnlyList<byte[]> ImageRecords { get; init; }

    /// <summary>The state of the container <c>damaged</c>.</summary>
    public required string StatePath { get; init; }

    /// <summary>The list of images of a store that is there to be damaged.</summary>
    public string ImageRecordsPath => Sandbox["damaged/root/overlay-images/images.json"];

    public static async Task<FuzzBench> MakeAsync()
    {
        var sandbox = new Sandbox();
        var tool = sandbox.BuildSharp;
        sandbox.Write("context/f", "f");
        sandbox.Write("context/g.o", "g");
        sandbox.Write("Dockerfile", "FROM scratch\nCOPY f /\n");
        await tool.RunAsync("from", "--name", "c", "scratch");
        await tool.RunAsync("copy", "-q", "c", "context", "/");
        await tool.RunAsync("config", "--env", "A=b", "--label", "a=b", "--cmd", "x", "c");
        await tool.RunAsync("commit", "-q", "c", "base");
        await tool.RunAsync("manifest", "create", "list", "base");
        foreach (var place in new[] { "dir:dir", "oci:layout:x", "docker-archive:d.tar:x:y", "oci-archive:o.tar:x" })
        {
            await tool.RunAsync("push", "-q", "base", place);
        }

        await tool.RunAsync("push", "-q", "--format", "v2s2", "base", "dir:docker");
        await sandbox.Named("sh").RunAsync("-ec", "tar -cf a.tar context; gzip -k a.tar; mkdir damaged");
        await tool.RunAsync("from", "--name", "damaged", "base");
        var id = await tool.ReadAsync("containers", "--format", "{{.ContainerID}}", "--filter", "name=damaged", "--notruncate");
        var state = Path.Combine(sandbox.Root, "overlay-containers", id, "userdata", "buildah.json");
        await sandbox.Named("cp").RunAsync("-a", sandbox.Root, "damaged/root");
        var manifest = File.ReadAllText(sandbox["dir/manifest.json"]);
        var config = manifest.Split("\"config\":")[1].Split("sha256:")[1][..64];
        return new FuzzBench(sandbox)
        {
            Archives = Read(sandbox, "a.tar", "a.tar.gz", "d.tar", "o.tar"),
            Manifests = Read(sandbox, "dir/manifest.json", "docker/manifest.json"),
            Configs = Read(sandbox, $"dir/{config}"),
            Indexes = Read(sandbox, "layout/index.json"),
            States = [File.ReadAllBytes(state)],
            ImageRecords = Read(sandbox, "damaged/root/overlay-images/images.json"),
            StatePath = state,
        };
    }

    /// <summary>Puts a config into the directory image, with a manifest that has its digest, and returns the command that reads it.</summary>
    public string[] WriteConfig(byte[] config)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(config));
        var name = Sandbox["configured"];
        if (Directory.Exists(name))
        {
            Directory.Delete(name, recursive: true);
        }

        Directory.CreateDirectory(name);
        File.WriteAllText(Path.Combine(name, "version"), "Directory Transport Version: 1.1\n");
        File.WriteAllBytes(Path.Combine(name, digest), config);
        var manifest = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:{{digest}}","size":{{config.Length}} },"layers":[]}""");
        File.WriteAllBytes(Path.Combine(name, "manifest.json"), Encoding.UTF8.GetBytes(manifest));
        return ["pull", "-q", "dir:configured"];
    }

    public void Dispose() => Sandbox.Dispose();

    private static byte[][] Read(Sandbox sandbox, params string[] names) => [.. names.Select(name => File.ReadAllBytes(sandbox[name]))];
}
