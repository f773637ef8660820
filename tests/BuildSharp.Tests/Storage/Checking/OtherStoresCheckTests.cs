using BuildSharp.Storage;
using BuildSharp.Storage.Checking;
using BuildSharp.Storage.Containers;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Storage.Checking;

/// <summary>Stores that others made, that others own, or that another driver keeps.</summary>
public sealed class OtherStoresCheckTests
{
    [RequiresTheory(Needs.Root | Needs.Overlay, "buildah", "podman", "busybox")]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task A_store_that_buildah_and_podman_made_is_sound(string driver)
    {
        using var shared = new SharedStore(driver);
        await shared.CommitWithBuildahAsync("base:1");
        await shared.CommitWithBuildahAsync("upper:1", "base:1");
        var working = await shared.Buildah.ReadAsync("from", "--pull-never", "upper:1");
        await shared.Buildah.ReadAsync("mount", working);
        await shared.Podman.ReadAsync("create", "--network", "none", "base:1", "/bin/sh");
        await shared.Buildah.ReadAsync("manifest", "create", "list:1");

        Assert.Empty(Findings(shared, new CheckOptions()));
        Assert.Empty(Findings(shared, new CheckOptions { Repair = true, Force = true, UnusedLayerAge = TimeSpan.Zero }));
        await shared.Buildah.ReadAsync("umount", working);
        Assert.Equal(3, (await shared.Podman.ReadAsync("images", "-q")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        await shared.Podman.ReadAsync("rm", "--all");
        await shared.Buildah.ReadAsync("rm", "--all");
        Assert.Empty(Findings(shared, new CheckOptions()));
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "buildah", "busybox")]
    public async Task A_killed_buildah_is_cleared_up_after()
    {
        using var shared = new SharedStore();
        await shared.CommitWithBuildahAsync("base:1");
        for (var step = 1; step <= 4; step++)
        {
            await Tool.Named("bash").RunAsync(
                ["-c", "timeout -s KILL 0.0$1 \"${@:2}\"; true", "sh", $"{step * 2}", "buildah", .. shared.Buildah.LeadingArguments, "from", "--pull-never", "base:1"]);
        }

        Findings(shared, new CheckOptions { Repair = true, UnusedLayerAge = TimeSpan.Zero });
        Assert.Empty(Findings(shared, new CheckOptions { UnusedLayerAge = TimeSpan.Zero }));
        Assert.Contains("base", await shared.Buildah.ReadAsync("images"), StringComparison.Ordinal);
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void Damage_in_an_additional_store_is_told_and_left_alone()
    {
        using var sample = new SampleStore();
        File.WriteAllText(Path.Combine(sample.Store.Layers.ContentPath(sample.Base.TopLayer!), "first"), "fIrst");
        File.Delete(sample[$"overlay-images/{sample.Upper.Id}/manifest"]);
        Directory.CreateDirectory(sample[$"overlay/{new string('d', 64)}"]);
        var before = Tool.Named("find").Run([sample.Shared.Root, "-printf", "%p %T@ %s %m\n"]).Output;

        using var store = Store.Open(sample.Options with
        {
            GraphRoot = sample.Shared["own"],
            RunRoot = sample.Shared["own-run"],
            AdditionalImageStores = [sample.Shared.Root],
        });
        var container = store.Containers.Create(new NewContainer { ImageId = sample.Base.Id });
        var found = store.Check(new CheckOptions { Repair = true, Force = true });

        Assert.Equal(2, found.Count);
        Assert.All(found, finding => Assert.Equal((FindingKind.Damage, FindingOutcome.Kept), (finding.Kind, finding.Outcome)));
        Assert.Equal(before, Tool.Named("find").Run([sample.Shared.Root, "-printf", "%p %T@ %s %m\n"]).Output);
        Assert.NotNull(store.Containers.Find(container.Id));
    }

    [RequiresFact(Needs.Root)]
    public void A_vfs_store_is_checked_like_an_overlay_one()
    {
        using var sample = new SampleStore("vfs");
        Assert.Empty(sample.Check());
        Directory.CreateDirectory(sample[$"vfs/dir/{new string('d', 64)}/x"]);
        Assert.Equal($"leftover: ROOT/vfs/dir/{new string('d', 64)}: no layer has this directory", Assert.Single(sample.Check()));
        Assert.StartsWith("removed: ", Assert.Single(sample.Repair()), StringComparison.Ordinal);

        Directory.Delete(sample[$"vfs/dir/{sample.Upper.TopLayer}"], recursive: true);
        Assert.Contains("damage: layer UPPER of image localhost/upper:1 (IMAGE2): ROOT/vfs/dir/UPPER is missing", sample.Check());
    }

    private static IReadOnlyList<string> Findings(SharedStore shared, CheckOptions options)
    {
        using var store = shared.Open();
        return [.. store.Check(options).Select(finding => finding.Text)];
    }
}
