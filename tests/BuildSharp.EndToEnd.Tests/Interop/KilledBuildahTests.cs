using System.Globalization;
using System.Text.Json;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.Interop;

/// <summary>What a killed buildah leaves does not stop us, and is gone after the next command or <c>check --repair</c>.</summary>
public class KilledBuildahTests
{
    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary, "buildah", "busybox", "timeout")]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task A_store_goes_on_after_buildah_was_killed_at_any_moment(string driver)
    {
        using var sandbox = new Sandbox(driver);
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var buildah = sandbox.BuildahOnOurStore;
        for (var i = 0; i < 12; i++)
        {
            var name = $"c{i}";
            await buildah.RunAsync("from", "--pull-never", "--name", name, "base");
            string[][] commands = [["from", "--pull-never", "base"], ["commit", "-q", name, $"image{i}"], ["rm", name]];
            var delay = string.Create(CultureInfo.InvariantCulture, $"{0.02 + (i * 0.01)}");
            await sandbox.Named("timeout").ExecuteAsync(["-s", "KILL", delay, buildah.Program, .. buildah.LeadingArguments, .. commands[i % 3]]);
        }

        await sandbox.BuildSharp.RunAsync("images");
        await sandbox.BuildSharp.RunAsync("containers", "--all");
        await sandbox.BuildSharp.RunAsync("from", "--name", "after", "base");
        var repaired = await sandbox.BuildSharp.ExecuteAsync(["check", "--repair", "--max", "0s"]);
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("check"));
        Assert.True(repaired.ExitCode == 0, repaired.Transcript);

        // The layers of containers are in the volatile file with newer versions of buildah.
        var layers = Directory.GetFiles(Path.Combine(sandbox.Root, $"{driver}-layers"), "*layers.json").Select(File.ReadAllText).ToList();
        Assert.All(layers, text => Assert.DoesNotContain("incomplete", text));
        string[] ids = [.. layers.SelectMany(text => JsonDocument.Parse(text).RootElement.EnumerateArray())
            .Select(layer => layer.GetProperty("id").GetString()!).Order(StringComparer.Ordinal)];
        var home = Path.Combine(sandbox.Root, driver == "vfs" ? "vfs/dir" : "overlay");
        Assert.Equal(ids, Directory.GetDirectories(home).Select(Path.GetFileName).Where(name => name!.Length == 64).Order(StringComparer.Ordinal));
        await buildah.RunAsync("images");
        await buildah.RunAsync("rm", "--all");
        await buildah.RunAsync("rmi", "--all", "--force");
    }
}
