using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Storage.Layers;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Storage;

/// <summary>Layers are unpacked in any order and become visible from the lowest up.</summary>
public sealed class UnpackedLayerTests : IDisposable
{
    private readonly SharedStore _shared = new();

    public void Dispose() => _shared.Dispose();

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_layer_can_be_unpacked_before_the_one_below_and_has_its_root()
    {
        using var store = _shared.Open();
        var lower = new LayerImport { Tar = Tar(new TarHeader { Name = "./"u8.ToArray(), Type = TarEntryType.Directory, Mode = Octal.O700, Uid = 5, Gid = 6 }) };
        var upper = new LayerImport { Tar = Tar(File("file")), ParentId = IdOf(lower) };
        using var unpackedUpper = store.Layers.Unpack(upper);
        Assert.Empty(store.Layers.All());

        using var unpackedLower = store.Layers.Unpack(lower);
        var stored = store.Layers.Publish([unpackedLower, unpackedUpper]);

        Assert.Equal(stored.Select(layer => layer.Id), store.Layers.Chain(stored[1].Id).Select(layer => layer.Id));
        Assert.True(FileStatus.TryOf(store.Layers.ContentPath(stored[1].Id), out var root));
        Assert.Equal((5u, 6u, Octal.O700), (root.Uid, root.Gid, root.Mode & Octal.O777));
        Assert.Empty(store.Check(new BuildSharp.Storage.Checking.CheckOptions()));
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_layer_without_the_one_below_is_refused_and_leaves_nothing()
    {
        using var store = _shared.Open();
        using (var unpacked = store.Layers.Unpack(new LayerImport { Tar = Tar(File("file")), ParentId = new string('a', 64) }))
        {
            Assert.Contains("was removed while", Assert.Throws<BuildSharpException>(() => store.Layers.Publish([unpacked])).Message, StringComparison.Ordinal);
        }

        Assert.Empty(store.Layers.All());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_shared.Root, "overlay/tempdirs")));
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void Only_one_may_claim_a_layer_until_the_claim_ends()
    {
        using var store = _shared.Open();
        var id = new string('a', 64);
        using (Assert.IsType<LayerClaim>(store.Layers.TryClaim(id)))
        {
            Assert.Null(store.Layers.TryClaim(id));
            using var other = Assert.IsType<LayerClaim>(store.Layers.TryClaim(new string('b', 64)));
        }

        using var second = Assert.IsType<LayerClaim>(store.Layers.TryClaim(id));
    }

    private static string IdOf(LayerImport import) =>
        LayerStore.IdFor(import.ParentId, new DiffId(Digest.Sha256(((MemoryStream)import.Tar).ToArray())));

    private static TarHeader File(string name) => new() { Name = Encoding.ASCII.GetBytes(name), Type = TarEntryType.RegularFile, Mode = 0x1A4 };

    private static MemoryStream Tar(params TarHeader[] headers)
    {
        var tar = new MemoryStream();
        var writer = new TarWriter(tar);
        foreach (var header in headers)
        {
            writer.Write(header);
        }

        writer.Complete();
        tar.Position = 0;
        return tar;
    }
}
