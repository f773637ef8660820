using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Storage.Diffs;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Storage.Diffs;

/// <summary>Names that other tools could not unpack or remove never become part of a layer, whichever way they come.</summary>
public class NameLimitsTests
{
    [Theory]
    [InlineData(1024, 1, true)]
    [InlineData(1025, 1, false)]
    [InlineData(16, 255, true)]
    [InlineData(17, 255, false)]
    public void A_name_has_at_most_1024_levels_and_4094_bytes(int levels, int length, bool allowed)
    {
        // 16 names of 255 bytes with 15 slashes are 4,095 bytes: one is shorter, so that they are 4,094.
        var name = string.Join('/', Enumerable.Repeat(new string('n', length), levels));
        var path = Encoding.ASCII.GetBytes(levels == 16 ? name[1..] : name);

        Assert.Equal(allowed, NameLimits.Allow(path));
        Assert.Equal(allowed, NameLimits.Allow([.. path, (byte)'/']));
        Assert.Equal(allowed, Record.Exception(() => NameLimits.Require(path)) is null);
        var slash = path.AsSpan().LastIndexOf((byte)'/');
        Assert.Equal(allowed, Record.Exception(() => NameLimits.Require(path.AsSpan(0, slash), path.AsSpan(slash + 1))) is null);
    }

    [Theory]
    [InlineData(1100, "too deep")]
    [InlineData(9500, "too long")]
    public void A_layer_with_such_a_name_is_not_unpacked(int levels, string what)
    {
        using var directory = new TemporaryDirectory();
        using var root = DirectoryHandle.Open(directory.Path);
        var tar = new MemoryStream();
        var writer = new TarWriter(tar);
        writer.Write(new TarHeader { Name = Encoding.ASCII.GetBytes(Deep(levels) + "file"), Type = TarEntryType.RegularFile });
        writer.Complete();
        tar.Position = 0;

        var failure = Assert.Throws<BuildSharpException>(() => new LayerApplier(root, LayerApplierOptions.Archive).Extract(tar));

        Assert.StartsWith($"the name n/n/n/", failure.Message);
        Assert.Contains($"/n/file is {what} for an image: it has {levels + 1:N0} levels", failure.Message);
        Assert.True(root.IsEmpty());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_tree_with_such_a_name_is_refused_and_can_be_removed(bool isCompared)
    {
        using var directory = new TemporaryDirectory();
        using var root = DirectoryHandle.Open(directory.Path);
        root.MakeDirectory("old", 0x1ED);
        root.MakeDirectory("new", 0x1ED);
        using var old = root.OpenDirectory("old");
        using var tree = root.OpenDirectory("new");
        MakeDeep(tree, 3000);
        var diff = isCompared ? LayerDiff.Between(tree, old, new LayerDiffOptions()) : LayerDiff.OfWhole(tree, new LayerDiffOptions());

        var failure = Assert.Throws<BuildSharpException>(() => diff.Write(null));

        Assert.StartsWith($"the name n/n/n/", failure.Message);
        root.RemoveTree("new");
        Assert.False(root.Exists("new"));
    }

    [Fact]
    public void A_tree_as_deep_as_allowed_comes_out_as_it_went_in()
    {
        using var directory = new TemporaryDirectory();
        using var root = DirectoryHandle.Open(directory.Path);
        root.MakeDirectory("from", 0x1ED);
        root.MakeDirectory("to", 0x1ED);
        root.MakeDirectory("again", 0x1ED);
        using var from = root.OpenDirectory("from");
        using var to = root.OpenDirectory("to");
        using var again = root.OpenDirectory("again");
        MakeDeep(from, NameLimits.MostLevels - 1);
        using var tar = new MemoryStream();

        var written = LayerDiff.OfWhole(from, new LayerDiffOptions()).Write(tar, copy: to, copyFormat: WhiteoutFormat.None);
        tar.Position = 0;
        new LayerApplier(again, LayerApplierOptions.Archive).Extract(tar);

        Assert.Equal(written.DiffId, LayerDiff.OfWhole(to, new LayerDiffOptions()).Write(null).DiffId);
        Assert.Equal(written.DiffId, LayerDiff.OfWhole(again, new LayerDiffOptions()).Write(null).DiffId);
        Assert.Equal(1024, LayerDiff.Between(to, from, new LayerDiffOptions()).Write(null).Size);
        root.RemoveContent();
    }

    private static string Deep(int levels) => string.Concat(Enumerable.Repeat("n/", levels));

    private static void MakeDeep(DirectoryHandle root, int levels)
    {
        using var position = new DirectoryPosition(root);
        for (var level = 0; level < levels; level++)
        {
            position.Directory.MakeDirectory("n"u8, 0x1ED);
            position.Enter("n"u8);
        }

        position.Directory.CreateFile("file"u8, 0x1A4).Dispose();
    }
}
