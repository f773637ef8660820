using System.Globalization;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>What a shell's <c>ulimit</c> leaves, and trees that are deeper than it.</summary>
public class LimitsTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresTheory(All)]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task A_container_with_a_tree_of_3000_levels_is_refused_by_name_and_removed_with_256_descriptors(string driver)
    {
        using var sandbox = new Sandbox(driver);
        var tool = Limited(sandbox, "-n 256");
        var container = await tool.ReadAsync("from", "scratch");
        await MakeDeepAsync(await tool.ReadAsync("mount", container), 3000);

        var refused = await tool.RunAsync(125, ["commit", container, "deep"]);
        await tool.RunAsync("rm", container);

        Assert.Contains("the name n/n/n/", refused.Error);
        Assert.Contains(" is too deep for an image: it has 1,025 levels", refused.Error);
        Assert.Equal("", await tool.ReadAsync("images", "--quiet"));
        await tool.RunAsync("from", "scratch");
        await tool.RunAsync("check");
    }

    [RequiresFact(All)]
    public async Task A_tree_as_deep_as_allowed_is_copied_committed_and_unpacked_with_256_descriptors()
    {
        using var sandbox = new Sandbox();
        var tool = Limited(sandbox, "-n 256");
        Directory.CreateDirectory(sandbox["context/sub"]);
        await MakeDeepAsync(sandbox["context/sub"], 1000);
        sandbox.Write("Dockerfile", $"FROM scratch\nCOPY context /a\nCOPY --link context /b\nCOPY --parents context/sub/{Deep(1000)}file /c/\n");

        await tool.RunAsync("bud", "--quiet", "--tag", "deep", ".");
        await tool.RunAsync("push", "deep", $"oci:{sandbox["layout"]}");
        await tool.RunAsync("rmi", "--force", "deep");
        await tool.RunAsync("pull", $"oci:{sandbox["layout"]}");

        var mounted = await tool.ReadAsync("mount", await tool.ReadAsync("from", $"oci:{sandbox["layout"]}"));
        foreach (var place in (string[])["a/sub", "b/sub", "c/context/sub"])
        {
            Assert.Equal("end", await File.ReadAllTextAsync(Path.Combine(mounted, place, Deep(1000), "file")));
        }
    }

    [RequiresTheory(All)]
    [InlineData("COPY . /", "n", 0)]
    [InlineData("COPY **/a /", "n", 0)]
    [InlineData("COPY . /", "", 125)]
    [InlineData("COPY **/a /", "", 125)]
    public async Task A_directory_too_deep_for_an_image_hurts_unless_it_is_left_out(string copy, string ignored, int status)
    {
        using var sandbox = new Sandbox();
        await MakeDeepAsync(Directory.CreateDirectory(sandbox["context"]).FullName, 3000);
        sandbox.Write("context/a", "a");
        sandbox.Write("context/.dockerignore", ignored + "\n");
        sandbox.Write("context/Dockerfile", $"FROM scratch\n{copy}\n");

        var built = await sandbox.BuildSharp.RunAsync(status, ["bud", "--quiet", "context"]);

        Assert.Equal(status != 0, built.Error.Contains("the name n/n/n/", StringComparison.Ordinal));
        await Tool.Named("rm").RunAsync("-rf", sandbox["context"]);
    }

    [RequiresFact(All)]
    public async Task Too_few_descriptors_are_told_with_what_to_do()
    {
        using var sandbox = new Sandbox();

        var refused = await Limited(sandbox, "-n 19").RunAsync(125, ["from", "scratch"]);
        var container = await Limited(sandbox, "-n 20").ReadAsync("from", "scratch");
        var notRun = await Limited(sandbox, "-n 23").RunAsync(125, ["run", container, "true"]);

        Assert.Equal("Error: only 19 files may be open at a time, and 20 are needed: raise the limit (ulimit -n)\n", refused.Error);
        Assert.Contains("only 23 files may be open at a time, and 24 are needed", notRun.Error);
    }

    [RequiresFact(All)]
    public async Task An_address_space_of_three_gigabytes_is_enough()
    {
        using var sandbox = new Sandbox();
        var tool = Limited(sandbox, "-v 3000000");
        sandbox.Write("Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");

        await tool.RunAsync("bud", "--quiet", "--tag", "small", ".");

        Assert.Contains("small", await tool.ReadAsync("images", "--format", "{{.Name}}"));
    }

    private static Tool Limited(Sandbox sandbox, string limit) => sandbox.BuildSharp.StartedBy("sh", "-c", $"ulimit {limit}; exec \"$@\"", "sh");

    private static string Deep(int levels) => string.Concat(Enumerable.Repeat("n/", levels));

    // Python goes down level by level; a path would be too long.
    private static async Task MakeDeepAsync(string directory, int levels) => await Tool.Named("python3").RunAsync(
        "-c",
        "import os, sys\nos.chdir(sys.argv[1])\nfor level in range(int(sys.argv[2])): os.mkdir('n'); os.chdir('n')\nopen('file', 'w').write('end')",
        directory, levels.ToString(CultureInfo.InvariantCulture));
}
