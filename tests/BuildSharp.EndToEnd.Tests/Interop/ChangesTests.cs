using System.Text.RegularExpressions;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.Interop;

/// <summary>The same change in equal containers is the same layer, whoever commits it.</summary>
public partial class ChangesTests
{
    private const string Change = """
        cd "$1"
        rm -r dir; mkdir dir; touch dir/new
        rm file; mkdir file; touch file/inside
        rm -r other; echo now-a-file > other
        rm -r deep/er; mkdir -p fresh/er; touch fresh/er/x
        mv kept moved
        ln hard1 hard3; rm hard2
        rm -r soft; ln -s elsewhere soft
        touch -h -d @1000000000 dir dir/new file file/inside other deep fresh fresh/er fresh/er/x moved hard1 soft .
        """;

    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary | Needs.UserNamespaces, "buildah", "busybox", "tar")]
    [InlineData("overlay", false)]
    [InlineData("overlay", true)]
    [InlineData("vfs", false)]
    public async Task Whiteouts_and_opaque_directories_are_those_that_buildah_writes(string driver, bool asUser)
    {
        using var sandbox = new Sandbox(driver, asUser);
        var container = await sandbox.BuildSharp.ReadAsync("from", "scratch");
        await sandbox.Named("bash").RunAsync("-ec", """
            cd "$1"
            mkdir -p dir other deep/er kept; touch dir/old file other/x deep/er/y kept/z hard1; ln hard1 hard2; ln -s there soft
            find . -exec touch -h -d @900000000 {} +
            """, "sh", await sandbox.BuildSharp.ReadAsync("mount", container));
        await sandbox.BuildSharp.RunAsync("commit", "-q", "--rm", container, "start");

        List<string> entries = [];
        foreach ((var name, var tool) in new[] { ("buildsharp", sandbox.BuildSharp), ("buildah", sandbox.BuildahOnOurStore) })
        {
            var changed = await tool.ReadAsync("from", "start");
            await sandbox.Named("bash").RunAsync("-ec", Change, "sh", await tool.ReadAsync("mount", changed));
            await tool.RunAsync("commit", "-q", "--rm", changed, $"changed-{name}");
            await sandbox.BuildSharp.RunAsync("push", "-q", "--disable-compression", $"changed-{name}", $"dir:{name}");
            var layer = InteropImage.LayersOf(sandbox[name])[^1]["sha256:".Length..];
            entries.Add(await sandbox.Named("tar").ReadAsync("--numeric-owner", "-tvf", $"{name}/{layer}"));
        }

        Assert.Contains(".wh.", entries[0]);
        Assert.Equal(Comparable(entries[1]), Comparable(entries[0]));
    }

    // A whiteout has the time at which something was removed.
    private static IEnumerable<string> Comparable(string listing) =>
        listing.Split('\n').Select(line => WhiteoutTime().Replace(line, "time $1")).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d (\S*\.wh\.)")]
    private static partial Regex WhiteoutTime();
}
