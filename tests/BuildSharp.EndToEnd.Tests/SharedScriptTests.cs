using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>The shared cases that are shell scripts on the binary: what real scripts and bug reports do, and what attackers try. Each
/// prints what it saw, and has to print what is right.</summary>
public class SharedScriptTests
{
    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary, "runc", "busybox", "jq", "python3", "xz", "zstd", Cases = "field/run.sh")]
    [InlineData("field")]
    [InlineData("hostile")]
    public async Task Every_script_prints_what_is_right(string folder)
    {
        using var sandbox = new Sandbox();
        // A copy that may be written: modes of copied files are part of some results.
        await sandbox.Named("sh").RunAsync("-ec", $"cp -r {SharedCases.Locate("field")} field; cp -r {SharedCases.Locate(folder)} cases; chmod -R u+w field cases");
        // The cases that compare times are for a machine that does nothing else; their rules are tests that count allocations.
        string[] names = [.. Directory.EnumerateFiles(sandbox["cases"], "cmd.sh", SearchOption.AllDirectories)
            .Select(file => Path.GetFileName(Path.GetDirectoryName(file)!)).Where(name => !name.StartsWith("linear-", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

        var result = await Tool.Named("bash").In(sandbox.Work).Within(TimeSpan.FromMinutes(8))
            .ExecuteAsync(["field/run.sh", "-b", Tool.BuildSharp.Program, "-d", "cases", .. names]);

        Assert.True(result.ExitCode == 0, result.Transcript);
        Assert.Contains($"{names.Length} ok, 0 differ", result.Output, StringComparison.Ordinal);
    }
}
