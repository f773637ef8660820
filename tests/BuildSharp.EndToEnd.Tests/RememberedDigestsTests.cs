using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Digests of the context's files are remembered from build to build.</summary>
public class RememberedDigestsTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary | Needs.LoopFileSystem;

    [RequiresFact(All, "runc", "busybox", "strace")]
    public async Task Files_that_have_not_changed_are_not_opened_again_and_an_edited_one_is_seen()
    {
        using var sandbox = new Sandbox();
        using var context = new LoopFileSystem();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        Directory.CreateDirectory(context["files"]);
        for (var number = 0; number < 50; number++)
        {
            File.WriteAllText(context[$"files/file-{number}"], "content");
        }

        File.WriteAllText(context["Dockerfile"], "FROM base\nCOPY files /files\nRUN --mount=source=files,target=/m cat /m/file-7\n");
        // What was changed less than two seconds before a build is not remembered by it.
        var written = DateTimeOffset.UtcNow;
        await Moment.Until(() => DateTimeOffset.UtcNow - written > TimeSpan.FromSeconds(3), "the clock stands still");
        await sandbox.BuildSharp.RunAsync("bud", "--layers", context.Path);
        var again = await sandbox.Named("strace").RunAsync(
            ["-f", "-e", "trace=open,openat,openat2", sandbox.BuildSharp.Program, .. sandbox.BuildSharp.LeadingArguments, "bud", "--layers", context.Path]);
        Assert.Equal(2, BuildCacheTests.Hits(again));
        Assert.Contains("\"files\"", again.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("file-", again.Error, StringComparison.Ordinal);

        var time = File.GetLastWriteTimeUtc(context["files/file-7"]);
        using (var file = File.OpenWrite(context["files/file-7"]))
        {
            file.Write("CONTENT"u8);
        }

        File.SetLastWriteTimeUtc(context["files/file-7"], time);
        var edited = await sandbox.BuildSharp.RunAsync("bud", "--layers", context.Path);
        Assert.Equal(0, BuildCacheTests.Hits(edited));
        Assert.Contains("miss: files/file-7 changed", edited.Output, StringComparison.Ordinal);
        Assert.Contains("CONTENT", edited.Output, StringComparison.Ordinal);
    }
}
