using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>What listing costs, counted in files opened.</summary>
public class ListingTests
{
    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "strace")]
    public async Task However_many_images_there_are_each_list_is_read_once()
    {
        using var sandbox = new Sandbox();
        Tool buildsharp = sandbox.BuildSharp;
        string container = await buildsharp.ReadAsync("from", "scratch");
        for (int i = 0; i < 20; i++)
        {
            await buildsharp.RunAsync("config", "--label", $"number={i}", container);
            await buildsharp.RunAsync("commit", "-q", container, $"number:{i}");
        }

        await sandbox.Named("strace").RunAsync(
            ["-f", "-qq", "-e", "trace=openat,openat2,open", "-e", "signal=none", "-o", "trace", buildsharp.Program, .. buildsharp.LeadingArguments, "images"]);
        string[] opened = [.. File.ReadAllLines(sandbox["trace"]).Where(call => !call.Contains("ENOENT"))];
        Assert.Single(opened, call => call.Contains("/images.json\""));
        Assert.Single(opened, call => call.Contains("/layers.json\""));
        Assert.DoesNotContain(opened, call => call.Contains("-images/") && !call.Contains("/images."));
    }
}
