using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Storage.Diffs;
using BuildSharp.Testing;
using BuildSharp.Tests.Layers;

namespace BuildSharp.Tests.Storage.Diffs;

public sealed class LayerDiffTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly DirectoryHandle _tree;

    public LayerDiffTests() => _tree = DirectoryHandle.Open(_directory.MakeDirectory("tree"));

    public void Dispose()
    {
        _tree.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Names_come_sorted_within_each_directory_and_parents_first()
    {
        foreach (var path in (string[])["tree/b/x", "tree/b-/x", "tree/b!", "tree/a", "tree/B"])
        {
            _directory.Write(path, "");
        }

        Assert.Equal(["B", "a", "b/", "b/x", "b!", "b-/", "b-/x"], Entries(new LayerDiffOptions()).Select(e => e.NameText));
    }

    [Fact]
    public void One_time_for_all_gives_one_digest_whenever_the_tree_was_made()
    {
        var options = new LayerDiffOptions { ModifiedAt = Timestamp.Epoch };
        _directory.Write("tree/d/file", "x");
        var first = LayerDiff.OfWhole(_tree, options).Write(null);
        _tree.RemoveTree("d");
        _directory.Write("tree/d/file", "x");
        _tree.SetTimes("d", 12345, 678);
        Assert.Equal(first.DiffId, LayerDiff.OfWhole(_tree, options).Write(null).DiffId);
        Assert.NotEqual(first.DiffId, LayerDiff.OfWhole(_tree, new LayerDiffOptions()).Write(null).DiffId);
    }

    [Fact]
    public void Clamping_changes_later_times_only()
    {
        _directory.Write("tree/old", "");
        _directory.Write("tree/young", "");
        _tree.SetTimes("old", 100, 0);
        _tree.SetTimes("young", 300, 5);
        var times = Entries(new LayerDiffOptions { ClampTo = new Timestamp(200) }).Select(e => e.ModifiedAt.UnixSeconds);
        Assert.Equal([100, 200], times);
    }

    [Theory]
    [InlineData("d/.wh.foo")]
    [InlineData("d/.wh..wh..opq")]
    [InlineData(".wh.d/file")]
    [InlineData("d/.wh.")]
    public void A_whiteouts_name_is_refused(string name)
    {
        _directory.Write($"tree/{name}", "");
        var refused = name.StartsWith(".wh.d", StringComparison.Ordinal) ? ".wh.d" : name;
        var message = $"/{refused} cannot go into a layer: there a name that begins with .wh. deletes other files; rename or remove it";
        using var parent = DirectoryHandle.Open(_directory.MakeDirectory("parent"));
        using var copy = DirectoryHandle.Open(_directory.MakeDirectory("copy"));
        var options = new LayerDiffOptions();
        LayerDiff[] diffs = [LayerDiff.OfWhole(_tree, options), LayerDiff.OfOverlay(_tree, [], options), LayerDiff.Between(_tree, parent, options)];
        Assert.All(diffs, diff => Assert.Equal(message, Assert.Throws<BuildSharpException>(() => diff.Write(null)).Message));
        Assert.Equal(message, Assert.Throws<BuildSharpException>(() => LayerDiff.OfWhole(_tree, options).Write(null, null, copy)).Message);

        LayerDiff.OfWhole(_tree, new LayerDiffOptions { IsCopy = true }).Write(null, null, copy, WhiteoutFormat.None);
        Assert.True(copy.Exists(name));
    }

    [Fact]
    public void An_excluded_path_is_left_out_with_all_below()
    {
        _directory.Write("tree/etc/hosts", "");
        _directory.Write("tree/etc/passwd", "");
        _directory.Write("tree/run/secrets/key", "");
        var options = new LayerDiffOptions { ExcludePaths = ["/etc/hosts", "run"] };
        Assert.Equal(["etc/", "etc/passwd"], Entries(options).Select(e => e.NameText));
    }

    [Fact]
    public void A_socket_is_left_out()
    {
        _tree.MakeNode("socket", FileType.Socket, 0x1A4);
        _directory.Write("tree/file", "");
        Assert.Equal(["file"], Entries(new LayerDiffOptions()).Select(e => e.NameText));
    }

    [Fact]
    public void Owners_go_through_the_map()
    {
        _directory.Write("tree/file", "");
        var summary = LayerDiff.OfWhole(_tree, new LayerDiffOptions { MapOwner = o => (o.Uid + 7, o.Gid + 9) }).Write(null);
        Assert.Equal([7u], summary.Uids);
        Assert.Equal([9u], summary.Gids);
    }

    [Fact]
    public void A_new_directory_that_hides_nothing_gets_no_opaque_marker()
    {
        using var lower = DiffAndApplyPropertyTests.Make(_directory, "lower");
        _directory.MakeDirectory("lower/hides");
        _directory.MakeDirectory("tree/hides");
        _directory.MakeDirectory("tree/new");
        _tree.SetXattr("hides", "trusted.overlay.opaque", "y"u8);
        _tree.SetXattr("new", "trusted.overlay.opaque", "y"u8);
        using var tar = new MemoryStream();
        LayerDiff.OfOverlay(_tree, [lower], new LayerDiffOptions()).Write(tar);
        tar.Position = 0;
        Assert.Equal(["hides/", "hides/.wh..wh..opq", "new/"], TarRoundTripTests.Read(tar).Select(e => e.Header.NameText));
    }

    [Fact]
    public void A_copy_whose_times_lost_their_fractions_is_no_change()
    {
        _directory.Write("tree/d/file", "x");
        _tree.SetTimes("d/file", 100, 123_456_789);
        _tree.SetTimes("d", 100, 987_654_321);
        using var copy = DiffAndApplyPropertyTests.Make(_directory, "copy");
        LayerDiff.OfWhole(_tree, new LayerDiffOptions()).Write(null, null, copy, WhiteoutFormat.None);
        using var tar = new MemoryStream();
        LayerDiff.Between(copy, _tree, new LayerDiffOptions()).Write(tar);
        Assert.Equal(1024, tar.Length);
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "buildah")]
    public async Task A_layer_has_the_digest_that_buildah_gives_it()
    {
        var buildah = Tool.Named("buildah").WithLeading("--root", _directory["root"], "--runroot", _directory["run"], "--storage-driver", "overlay");
        var container = await buildah.ReadAsync("from", "scratch");
        var mount = await buildah.ReadAsync("mount", container);
        using (var merged = DirectoryHandle.Open(mount))
        {
            new RandomTree(merged, new Random(7)).Grow(100);
            foreach (var entry in merged.ReadEntries().Where(e => e.Type == FileType.Socket))
            {
                merged.Remove(entry.Name);
            }
        }

        var ours = Upper(mount);
        await buildah.RunAsync("commit", "-q", container, "image");
        await buildah.RunAsync("push", "-q", "--disable-compression", "image", $"dir:{_directory["out"]}");

        Assert.Contains(ours.Hex, Directory.GetFiles(_directory["out"]).Select(WithoutTypes));
        await buildah.RunAsync("umount", container);
    }

    // Debian's buildah writes the file type above the permissions; from 1.43 on it writes the permissions alone, as we do.
    private static string WithoutTypes(string blob)
    {
        using var hash = new DigestingStream(Stream.Null);
        using var tar = File.OpenRead(blob);
        try
        {
            var reader = new TarReader(tar);
            var writer = new TarWriter(hash);
            while (reader.ReadNext() is { } header)
            {
                writer.Write(header with { Mode = header.Mode & TarHeader.PermissionBits }, reader.Content);
            }

            writer.Complete();
        }
        catch (BuildSharpException)
        {
            return "no tar";
        }

        return hash.Complete().Hex;
    }

    private static DiffId Upper(string mount)
    {
        using var upper = DirectoryHandle.Open(Path.Combine(Path.GetDirectoryName(mount)!, "diff"));
        return LayerDiff.OfOverlay(upper, [], new LayerDiffOptions()).Write(null).DiffId;
    }

    private List<TarHeader> Entries(LayerDiffOptions options)
    {
        using var tar = new MemoryStream();
        LayerDiff.OfWhole(_tree, options).Write(tar);
        tar.Position = 0;
        return [.. TarRoundTripTests.Read(tar).Select(e => e.Header)];
    }
}
