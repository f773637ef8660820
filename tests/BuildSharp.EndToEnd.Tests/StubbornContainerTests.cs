using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>A container with a file that this process cannot remove by any means: the store does not stop working for it.</summary>
public class StubbornContainerTests
{
    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary, "chattr", "setpriv")]
    [InlineData("overlay", "file")]
    [InlineData("vfs", "file")]
    [InlineData("vfs", ".")]
    public async Task What_cannot_be_removed_is_named_and_every_other_command_works(string driver, string name)
    {
        using var sandbox = new Sandbox(driver);
        // Without this capability root may not change a file's flags, as in most containers.
        var restricted = sandbox.BuildSharp.StartedBy("setpriv", "--bounding-set", "-linux_immutable");
        await sandbox.BuildSharp.RunAsync("from", "--name", "stubborn", "scratch");
        await sandbox.BuildSharp.RunAsync("from", "--name", "other", "scratch");
        var root = await sandbox.BuildSharp.ReadAsync("mount", "stubborn");
        // An overlay keeps the flags of its files to itself; below it they count.
        root = driver == "overlay" ? Path.Combine(Path.GetDirectoryName(root)!, "diff") : root;
        File.WriteAllText(Path.Combine(root, "file"), "");
        File.WriteAllText(Path.Combine(root, "plain"), "");
        await sandbox.Named("chattr").RunAsync("+i", Path.Combine(root, name));
        await sandbox.BuildSharp.RunAsync("umount", "stubborn");

        var refused = await restricted.RunAsync(125, ["rm", "stubborn"]);

        Assert.Matches("""^Error: removing container "stubborn": cannot remove .+/(file|[0-9a-f]{64}): (operation not permitted|permission denied);""", refused.Error);
        await restricted.RunAsync("from", "--name", "next", "scratch");
        sandbox.Write("added", "");
        await restricted.RunAsync("add", "-q", "next", "added");
        await restricted.RunAsync("commit", "-q", "--rm", "next", "image");
        await restricted.RunAsync("rm", "other");
        await restricted.RunAsync("rmi", "image");
        Assert.Matches("^(leftover: .*\n?)+$", (await restricted.RunAsync(1, ["check"])).Output);
        Assert.Matches("^(kept: .* \\(cannot .*\\)\n?)+$", (await restricted.RunAsync(1, ["check", "--repair"])).Output);

        // Who may change the flag removes it along the way.
        await sandbox.BuildSharp.RunAsync("from", "scratch");
        await sandbox.BuildSharp.ExecuteAsync(["rm", "stubborn"]);
        await sandbox.BuildSharp.RunAsync("check");
        Assert.Empty(sandbox.MountsLeft);
    }
}
