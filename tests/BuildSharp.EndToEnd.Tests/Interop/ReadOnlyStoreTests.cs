using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.Interop;

/// <summary>An additional image store that is only read (containers-storage.conf(5), additionalimagestores).</summary>
public class ReadOnlyStoreTests
{
    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary, "buildah", "busybox", "cp")]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Images_of_a_read_only_store_are_used_and_the_store_stays_as_it_is(string driver)
    {
        using var sandbox = new Sandbox(driver);
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        await sandbox.Named("cp").RunAsync("-a", sandbox.Root, sandbox["readonly"]);
        await sandbox.Named("rm").RunAsync("-rf", sandbox.Root, sandbox.RunRoot);
        var configuration = sandbox.Write("storage.conf",
            $"[storage]\ndriver = \"{driver}\"\n[storage.options]\nadditionalimagestores = [\"{sandbox["readonly"]}\"]\n");
        var buildsharp = sandbox.BuildSharp.WithEnvironment("CONTAINERS_STORAGE_CONF", configuration);
        // Given --storage-driver the Go tools forget additional stores; we do not.
        var buildah = sandbox.Named("buildah").WithLeading("--root", sandbox.Root, "--runroot", sandbox.RunRoot)
            .WithEnvironment("CONTAINERS_STORAGE_CONF", configuration);
        var before = await ListingAsync(sandbox);

        Assert.Contains("localhost/base", await buildsharp.ReadAsync("images"));
        var container = await buildsharp.ReadAsync("from", "base");
        var root = await buildsharp.ReadAsync("mount", container);
        Assert.True(File.Exists(Path.Combine(root, "bin/busybox")));
        Assert.Equal(root, await buildah.ReadAsync("mount", container));
        File.WriteAllText(Path.Combine(root, "added"), "added");
        await buildah.RunAsync("umount", container);
        await buildsharp.RunAsync("umount", container);
        await buildsharp.RunAsync("commit", "-q", container, "child");
        await buildsharp.RunAsync("rm", container);

        var theirs = await buildah.ReadAsync("from", "--pull-never", "child");
        Assert.Equal("added", File.ReadAllText(Path.Combine(await buildah.ReadAsync("mount", theirs), "added")));
        await buildsharp.RunAsync("rm", theirs);

        await buildsharp.RunAsync("tag", "base", "named");
        Assert.Contains("localhost/named", await buildah.ReadAsync("images"));
        await buildsharp.RunAsync("rmi", "child");
        // The copy in the own store goes, with all its names; the image below stays.
        await buildsharp.RunAsync("rmi", "--force", await buildsharp.ReadAsync("images", "-q", "--no-trunc", "named"));
        Assert.Contains("localhost/base", await buildsharp.ReadAsync("images"));
        Assert.Contains("cannot be removed from an additional store", (await buildsharp.RunAsync(125, ["rmi", "base"])).Error);
        Assert.Equal(before, await ListingAsync(sandbox));
        Assert.Empty(sandbox.MountsLeft);
    }

    private static Task<string> ListingAsync(Sandbox sandbox) => sandbox.Named("find").ReadAsync("readonly", "-printf", "%p %T@ %s %m\n");
}
