using BuildSharp.Linux;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Storage.Checking;

/// <summary>Mounts and their counts.</summary>
[Collection(nameof(WithoutNeighbours))]
public sealed class MountCheckTests : IDisposable
{
    private readonly SampleStore _sample = new();

    public void Dispose() => _sample.Dispose();

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_counted_mount_is_no_finding()
    {
        var root = _sample.Store.Containers.Mount(_sample.Container.Id);
        Assert.Empty(_sample.Check());
        Assert.Empty(_sample.Repair());
        Assert.Equal("first", File.ReadAllText(Path.Combine(root, "first")));
        _sample.Store.Containers.Unmount(_sample.Container.Id);
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_mount_that_nobody_counts_is_unmounted()
    {
        var root = _sample.Store.Containers.Mount(_sample.Container.Id);
        File.WriteAllText(Path.Combine(_sample.Shared.RunRoot, "overlay-layers/mountpoints.json"), "[]");

        Assert.Equal("fault: ROOT/overlay/OWN/merged is mounted, but nobody counts it", Assert.Single(_sample.Check()));
        Assert.Equal("mended: ROOT/overlay/OWN/merged is mounted, but nobody counts it", Assert.Single(_sample.Repair()));
        Assert.False(File.Exists(Path.Combine(root, "first")));
        Assert.Empty(_sample.Shared.MountsLeft());
        Assert.Empty(_sample.Check());
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_count_without_a_mount_is_forgotten()
    {
        var root = _sample.Store.Containers.Mount(_sample.Container.Id);
        Mount.Detach(root);

        var expected = "layer OWN of container work (CONTAINER) is counted as mounted 1 times at ROOT/overlay/OWN/merged, but is not mounted";
        Assert.Equal("fault: " + expected, Assert.Single(_sample.Check()));
        Assert.Equal("mended: " + expected, Assert.Single(_sample.Repair()));
        Assert.Empty(_sample.Check());
        Assert.Empty(_sample.Shared.MountsLeft());
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_count_that_names_a_mount_of_somebody_else_is_forgotten_and_nothing_is_unmounted()
    {
        var elsewhere = _sample.Shared["elsewhere"];
        Directory.CreateDirectory(elsewhere);
        Mount.Bind(elsewhere, elsewhere);
        try
        {
            _sample.Store.Containers.Mount(_sample.Container.Id);
            _sample.Store.Containers.Unmount(_sample.Container.Id);
            foreach (var layer in new[] { new string('a', 64), "../../x" })
            {
                var counts = Path.Combine(_sample.Shared.RunRoot, "overlay-layers/mountpoints.json");
                File.WriteAllText(counts, $"[{{\"id\":\"{layer}\",\"path\":\"{elsewhere}\",\"count\":1}}]");
                Assert.StartsWith("fault: layer ", Assert.Single(_sample.Check()));
                Assert.StartsWith("mended: layer ", Assert.Single(_sample.Repair(force: true)));
                Assert.Equal("[]", File.ReadAllText(counts));
                Assert.True(MountTable.IsMountPoint(elsewhere));
            }
        }
        finally
        {
            Mount.Detach(elsewhere);
        }
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "unshare")]
    public void A_count_whose_mount_another_namespace_sees_stays()
    {
        var root = _sample.Store.Containers.Mount(_sample.Container.Id);
        using var elsewhere = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("unshare")
        {
            ArgumentList = { "-m", "sh", "-c", "echo ready; read line" },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("ready", elsewhere.StandardOutput.ReadLine());
        Mount.Detach(root);

        Assert.Empty(_sample.Check());
        elsewhere.StandardInput.WriteLine();
        elsewhere.WaitForExit();
        Assert.Single(_sample.Check());
        _sample.Repair();
    }
}

/// <summary>Tests that run by themselves: a container that another test starts at the wrong moment takes a copy of all mounts along, and a
/// mount that another namespace sees counts.</summary>
[CollectionDefinition(nameof(WithoutNeighbours), DisableParallelization = true)]
public sealed class WithoutNeighbours;
