using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Containers;
using BuildSharp.Storage.Images;
using BuildSharp.Storage.Records;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Storage;

/// <summary>A store of a test's own that the other tools use too.</summary>
internal sealed class SharedStore : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public SharedStore(string driver = "overlay")
    {
        Driver = driver;
        string[] leading = ["--root", Root, "--runroot", RunRoot, "--storage-driver", driver];
        Buildah = Tool.Named("buildah").WithLeading(leading);

        // The limits are low because a container among containers may not raise them.
        var configuration = _directory.Write("containers.conf", "[containers]\ndefault_ulimits = [\"nofile=1024:1024\", \"nproc=1024:1024\"]\n");
        Podman = Tool.Named("podman").WithLeading([.. leading, "--cgroup-manager", "cgroupfs", "--tmpdir", _directory["libpod"]])
            .WithEnvironment("CONTAINERS_CONF", configuration);
    }

    public string Driver { get; }

    public string Root => _directory["r"];

    public string RunRoot => _directory["n"];

    public Tool Buildah { get; }

    public Tool Podman { get; }

    public StoreOptions Options => new() { GraphRoot = Root, RunRoot = RunRoot, Driver = Driver };

    public string this[string relative] => _directory[relative];

    /// <summary>The store under a name that skopeo takes.</summary>
    public string Name(string image) => $"containers-storage:[{Driver}@{Root}+{RunRoot}]{image}";

    public Store Open() => Store.Open(Options);

    /// <summary>The stable list; "[]" where it is missing, because newer buildahs have all records of a kind in the volatile one.</summary>
    public string Records(string kind) => File.Exists(Stable(kind)) ? File.ReadAllText(Stable(kind)) : "[]";

    /// <summary>The list that has the records: newer buildahs write containers and their layers into the volatile one.</summary>
    public string RecordFile(string kind) => Records(kind) != "[]" ? Stable(kind) : Path.Combine(Root, $"{Driver}-{kind}", $"volatile-{kind}.json");

    /// <summary>Path of the stable list.</summary>
    public string Stable(string kind) => Path.Combine(Root, $"{Driver}-{kind}", $"{kind}.json");

    /// <summary>Has buildah commit an image with a few files.</summary>
    public async Task<string> CommitWithBuildahAsync(string name = "base:1", string from = "scratch")
    {
        var container = await Buildah.ReadAsync("from", "--pull-never", from);
        var root = await Buildah.ReadAsync("mount", container);
        Directory.CreateDirectory(Path.Combine(root, "bin"));
        File.Copy("/bin/busybox", Path.Combine(root, "bin/busybox"), overwrite: true);
        if (!File.Exists(Path.Combine(root, "bin/sh")))
        {
            File.CreateSymbolicLink(Path.Combine(root, "bin/sh"), "busybox");
        }

        Directory.CreateDirectory(Path.Combine(root, "dir"));
        File.WriteAllText(Path.Combine(root, "dir/old"), "old");
        File.WriteAllText(Path.Combine(root, "name"), name);
        await Buildah.ReadAsync("umount", container);
        await Buildah.ReadAsync("config", "--cmd", "/bin/sh", container);
        return (await Buildah.ReadAsync("commit", "-q", "--rm", container, name)).Trim();
    }

    /// <summary>Makes an image on a container's layer through the store alone, as a commit does.</summary>
    public static StoredImage CommitImage(Store store, StoredContainer container, string name, bool adopt)
    {
        using var adoption = adopt ? store.Adoptions.Prepare(container.Id, new LayerCommit()) : null;
        var layer = adoption?.Layer ?? store.Commits.CommitLayer(container.Id, new LayerCommit());
        StoredLayer[] chain = [.. store.Layers.Chain(layer.Parent), layer];
        var config = Encoding.UTF8.GetBytes($$"""
            {"created":"2020-01-02T03:04:05Z","architecture":"amd64","os":"linux","config":{"Cmd":["/bin/sh"]},"rootfs":{"type":"layers","diff_ids":[{{string.Join(',', chain.Select(one => $"\"{one.DiffId}\""))}}]},"history":[{{string.Join(',', chain.Select(_ => "{\"created\":\"2020-01-02T03:04:05Z\"}"))}}]}
            """);
        var configDigest = Digest.Sha256(config);
        var layers = string.Join(',', chain.Select(one =>
            $$"""{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{one.DiffId}}","size":{{one.DiffSize}}}"""));
        var manifest = Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{configDigest}}","size":{{config.Length}}},"layers":[{{layers}}]}
            """);
        var manifestDigest = Digest.Sha256(manifest);
        var image = new NewImage
        {
            Id = configDigest.Hex,
            Names = [name],
            TopLayer = layer.Id,
            Created = Timestamp.Parse("2020-01-02T03:04:05Z"),
            Metadata = "{}",
            Data = [new(configDigest.ToString(), config), new($"manifest-{manifestDigest}", manifest), new("manifest", manifest)],
        };
        return adoption is null ? store.Images.Create(image) : store.Adoptions.Commit(adoption, image);
    }

    public IReadOnlyList<string> MountsLeft() => [.. MountTable.Read().Select(entry => entry.MountPoint).Where(path => path.StartsWith(_directory.Path, StringComparison.Ordinal))];

    public void Dispose() => _directory.Dispose();
}
