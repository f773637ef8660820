using System.Globalization;
using System.Security.Cryptography;
using BuildSharp.Linux;
using BuildSharp.Storage.Diffs;
using BuildSharp.Testing;
using Xunit.Abstractions;

namespace BuildSharp.Tests.Storage.Diffs;

/// <summary>Apply(Diff(a, b), a) is b, whatever a and b are. BUILDSHARP_SEED repeats one run.</summary>
public sealed class DiffAndApplyPropertyTests(ITestOutputHelper output)
{
    public static TheoryData<int> Seeds()
    {
        var seeds = new TheoryData<int>();
        if (Environment.GetEnvironmentVariable("BUILDSHARP_SEED") is { Length: > 0 } chosen)
        {
            seeds.Add(int.Parse(chosen, CultureInfo.InvariantCulture));
            return seeds;
        }

        for (var i = 0; i < 12; i++)
        {
            seeds.Add(Random.Shared.Next());
        }

        return seeds;
    }

    [Theory]
    [MemberData(nameof(Seeds), DisableDiscoveryEnumeration = true)]
    public void A_whole_tree_comes_back_equal(int seed)
    {
        output.WriteLine($"seed {seed}");
        using var directory = new TemporaryDirectory();
        using var tree = Grow(directory, "tree", new Random(seed), 80);
        using var result = Make(directory, "result");

        var (tar, split, summary) = Diff(LayerDiff.OfWhole(tree, new LayerDiffOptions()));
        var applied = new LayerApplier(result, new LayerApplierOptions()).Apply(new MemoryStream(tar), null);

        Assert.Equal(TreeListing.Of(directory["tree"]), TreeListing.Of(directory["result"]));
        Assert.Equal(summary.DiffId, applied.DiffId);
        Assert.Equal(summary.Size, applied.Size);
        Assert.Equal(summary.Uids, applied.Uids);
        Assert.Equal(summary.Gids, applied.Gids);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(tar)), summary.DiffId.Hex);
        Assert.Equal(tar, Rebuild(split, result));
    }

    [Theory]
    [MemberData(nameof(Seeds), DisableDiscoveryEnumeration = true)]
    public void A_changed_copy_comes_back_from_the_difference_of_two_trees(int seed)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var directory = new TemporaryDirectory();
        using var older = Grow(directory, "older", random, 60);
        Copy(directory["older"], directory["newer"]);
        Copy(directory["older"], directory["result"]);
        using var newer = DirectoryHandle.Open(directory["newer"]);
        var changes = new RandomTree(newer, random);
        changes.Change(25);
        changes.SetTimes();

        var (tar, _, _) = Diff(LayerDiff.Between(newer, older, new LayerDiffOptions()));
        using var result = DirectoryHandle.Open(directory["result"]);
        new LayerApplier(result, new LayerApplierOptions { Whiteouts = WhiteoutFormat.Delete }).Apply(new MemoryStream(tar), null);

        Assert.Equal(TreeListing.Of(directory["newer"]), TreeListing.Of(directory["result"]));
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [MemberData(nameof(Seeds), DisableDiscoveryEnumeration = true)]
    public void An_upper_directory_of_overlay_comes_back_on_the_same_lower(int seed)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var directory = new TemporaryDirectory();
        using var lower = Grow(directory, "lower", random, 60);
        using var upper = Make(directory, "upper");
        using var applied = Make(directory, "applied");
        using var copied = Make(directory, "copied");
        Mount(directory, "upper", "merged");
        using (var merged = DirectoryHandle.Open(directory["merged"]))
        {
            var changes = new RandomTree(merged, random);
            changes.Change(25);
            changes.SetTimes();
        }

        var expected = TreeListing.Of(directory["merged"]);
        using var split = new MemoryStream();
        using var tar = new MemoryStream();
        var summary = LayerDiff.OfOverlay(upper, [lower], new LayerDiffOptions()).Write(tar, split, copied);
        new LayerApplier(applied, new LayerApplierOptions()).Apply(new MemoryStream(tar.ToArray()), null);
        Mount(directory, "applied", "merged2");
        Mount(directory, "copied", "merged3");

        Assert.Equal(expected, TreeListing.Of(directory["merged2"]));
        Assert.Equal(expected, TreeListing.Of(directory["merged3"]));
        Assert.Equal(tar.ToArray(), Rebuild(split.ToArray(), copied));
        Assert.Equal(summary, LayerDiff.OfOverlay(copied, [lower], new LayerDiffOptions()).Write(null) with { Uids = summary.Uids, Gids = summary.Gids });
    }

    internal static DirectoryHandle Make(TemporaryDirectory directory, string name) => DirectoryHandle.Open(directory.MakeDirectory(name));

    internal static (byte[] Tar, byte[] Split, LayerSummary Summary) Diff(LayerDiff diff)
    {
        using var tar = new MemoryStream();
        using var split = new MemoryStream();
        var summary = diff.Write(tar, split);
        return (tar.ToArray(), split.ToArray(), summary);
    }

    internal static byte[] Rebuild(byte[] split, DirectoryHandle files)
    {
        using var stream = new TarSplitStream(new MemoryStream(split), [files], "layer");
        using var tar = new MemoryStream();
        stream.CopyTo(tar);
        return tar.ToArray();
    }

    private static DirectoryHandle Grow(TemporaryDirectory directory, string name, Random random, int count)
    {
        var root = Make(directory, name);
        var tree = new RandomTree(root, random);
        tree.Grow(count);
        tree.SetTimes();
        return root;
    }

    private static void Copy(string from, string to) => Tool.Named("cp").Run(["-a", from, to]);

    private static void Mount(TemporaryDirectory directory, string upper, string merged)
    {
        var work = directory.MakeDirectory("work-" + upper);
        directory.MakeDirectory(merged);
        Tool.Named("mount").Run(["-t", "overlay", "overlay", "-o", $"lowerdir={directory["lower"]},upperdir={directory[upper]},workdir={work}", directory[merged]]);
    }
}
