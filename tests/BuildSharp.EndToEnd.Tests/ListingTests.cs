using System.Security.Cryptography;
using System.Text.Json.Nodes;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>What listing costs, counted in files opened.</summary>
public class ListingTests
{
    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "strace")]
    public async Task However_many_images_there_are_each_list_is_read_once()
    {
        using var sandbox = new Sandbox();
        var buildsharp = sandbox.BuildSharp;
        var container = await buildsharp.ReadAsync("from", "scratch");
        await buildsharp.RunAsync("config", "--label", "number=0", container);
        await buildsharp.RunAsync("commit", "-q", container, "number:0");
        Multiply(Path.Combine(sandbox.Root, "overlay-images/images.json"), 1000);

        var listed = await sandbox.Named("strace").RunAsync(
            ["-f", "-qq", "-e", "trace=openat,openat2,open", "-e", "signal=none", "-o", "trace", buildsharp.Program, .. buildsharp.LeadingArguments, "images"]);
        Assert.Equal(1001, listed.Lines.Count);
        string[] opened = [.. File.ReadAllLines(sandbox["trace"]).Where(call => !call.Contains("ENOENT"))];
        Assert.Single(opened, call => call.Contains("/images.json\""));
        Assert.Single(opened, call => call.Contains("/layers.json\""));
        Assert.DoesNotContain(opened, call => call.Contains("-images/") && !call.Contains("/images."));
    }

    /// <summary>Makes a list of one image one of many, each with an ID and a name of its own.</summary>
    private static void Multiply(string list, int count)
    {
        var only = JsonNode.Parse(File.ReadAllText(list))!.AsArray().Single()!;
        var all = new JsonArray();
        for (var i = 0; i < count; i++)
        {
            var one = only.DeepClone();
            one["id"] = Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(i)));
            one["names"] = new JsonArray($"localhost/number:{i}");
            all.Add(one);
        }
        File.WriteAllText(list, all.ToJsonString());
    }
}
