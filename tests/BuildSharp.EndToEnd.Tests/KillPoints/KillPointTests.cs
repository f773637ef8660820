using System.Collections.Concurrent;
using System.Text;
using BuildSharp.Testing;
using Xunit.Abstractions;

namespace BuildSharp.EndToEnd.Tests.KillPoints;

/// <summary>The published binary, killed before every system call that may write to the store.</summary>
/// <remarks>
/// Sound is a store in which every record that was there, or was acknowledged since, is complete with its digests; which buildah and
/// podman open and list like we do; in which <c>check</c> finds nothing but rubbish, after <c>check --repair</c> nothing; and in which the
/// verb can be done again. The counts are in <c>artifacts/reports/kill-points.txt</c>.
/// </remarks>
public class KillPointTests(ITestOutputHelper output)
{
    private const int LeastPoints = 200;

    /// <summary>Set <c>BUILDSHARP_KILL_POINTS=all</c> for every point there is; it takes twice as long.</summary>
    private static bool TriesAll => Environment.GetEnvironmentVariable("BUILDSHARP_KILL_POINTS") == "all";

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "strace", "unshare", "podman", "buildah", "runc", "busybox")]
    public async Task A_verb_killed_before_any_write_leaves_a_sound_store()
    {
        using var sandbox = new Sandbox();
        var prepared = await PrepareAsync(sandbox);
        Directory.CreateDirectory(sandbox["place"]);

        List<(KillScenario Scenario, string Point)> points = [];
        foreach (var scenario in KillScenario.All)
        {
            var all = (await RunAsync(sandbox, prepared, scenario, "all")).Lines;
            points.AddRange(all.Where((_, index) => TriesAll || index % scenario.OneOf == 0).Select(point => (scenario, point)));
        }
        var verdicts = new ConcurrentBag<(string Scenario, string Point, string Verdict)>();
        await Parallel.ForEachAsync(points, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (one, _) =>
        {
            var result = await RunAsync(sandbox, prepared, one.Scenario, one.Point, expected: null);
            verdicts.Add((one.Scenario.Name, one.Point, result.Lines.LastOrDefault() is "sound" or "done" ? result.Lines[^1] : result.Transcript));
        });

        // "done": a thread did its work without that call this time.
        List<(string Scenario, string Point, string Verdict)> tried = [.. verdicts.Where(verdict => verdict.Verdict != "done")];
        var sound = tried.Count(verdict => verdict.Verdict == "sound");
        var report = new StringBuilder($"{tried.Count} kill points tried, {sound} ended in a sound store\n");
        foreach (var scenario in KillScenario.All)
        {
            List<string> own = [.. tried.Where(verdict => verdict.Scenario == scenario.Name).Select(verdict => verdict.Verdict)];
            report.Append($"  {scenario.Name}: {own.Count}, {own.Count(verdict => verdict == "sound")} sound\n");
        }
        foreach (var (scenario, point, verdict) in tried.Where(verdict => verdict.Verdict != "sound").OrderBy(verdict => verdict.Scenario).Take(10))
        {
            report.Append($"\n{scenario}, before {point}:\n{verdict}\n");
        }

        output.WriteLine(report.ToString());
        File.WriteAllText(
            Path.Combine(Directory.CreateDirectory(Path.Combine(Checkout.Root, "artifacts/reports")).FullName, "kill-points.txt"), report.ToString());
        Assert.True(tried.Count >= LeastPoints && sound == tried.Count, report.ToString());
        Assert.All(KillScenario.All, scenario => Assert.Contains(tried, verdict => verdict.Scenario == scenario.Name));
    }

    /// <summary>A directory of the store without record is garbage to other tools, so a kill there would cost the container its files.</summary>
    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "strace")]
    public async Task A_layer_that_a_commit_gives_another_name_is_recorded_under_it_at_once()
    {
        using var sandbox = new Sandbox();
        await sandbox.BuildSharp.RunAsync("from", "--name", "c", "scratch");
        var buildsharp = sandbox.BuildSharp;
        await sandbox.Named("strace").RunAsync(
            ["-f", "-qq", "-o", sandbox["calls"], "-e", "trace=/rename.*,fsync,fdatasync,/sync.*,/(sym)?link.*,/unlink.*,mkdir,mkdirat,write,pwrite64",
             buildsharp.Program, .. buildsharp.LeadingArguments, "commit", "-q", "--rm", "c", "new"]);
        List<string> calls = [.. File.ReadAllLines(sandbox["calls"])];
        var renamed = calls.FindIndex(call => call.Contains("RENAME_EXCHANGE"));
        Assert.True(renamed >= 0);
        Assert.Contains(", \"layers.json\"", calls[renamed + 1]);
    }

    /// <summary>Makes the store that every point starts from, at the path where the points see it.</summary>
    private static async Task<string> PrepareAsync(Sandbox sandbox)
    {
        await sandbox.Named("bash").Reading(
            """
            set -eu
            place=$1 binary=$2
            bs() { "$binary" --root "$place/store/root" --runroot "$place/store/run" --storage-driver overlay "$@"; }
            mkdir -p "$place/src/dir"
            cp "$(command -v busybox)" "$place/src"
            head -c 100000 /dev/urandom >"$place/src/big"
            echo one >"$place/src/dir/one"
            echo two >"$place/src/dir/two"
            printf '%s\n' 'FROM upper' 'COPY one /copied' 'RUN ["/data/busybox", "touch", "/ran"]' 'ENV A=1' >"$place/src/dir/Dockerfile"
            image() {
              c=$(bs from "$1")
              bs copy -q "$c" "$place/src/$2" "$3"
              bs commit -q --rm "$c" "$4"
            }
            image scratch . /data base
            image base dir /more upper
            bs tag upper taken
            image upper dir/one /three side
            bs push -q side "oci:$place/layout:side"
            bs rmi side
            image base dir/one /four other
            bs from --name work upper
            bs copy -q work "$place/src/dir/two" /work
            bs check
            mv "$place" "$3"
            """).RunAsync("-s", sandbox["place"], sandbox.BuildSharp.Program, sandbox["prepared"]);
        return sandbox["prepared"];
    }

    private static async Task<ToolResult> RunAsync(Sandbox sandbox, string prepared, KillScenario scenario, string point, int? expected = 0)
    {
        var script = Path.Combine(Checkout.Root, "tests/BuildSharp.EndToEnd.Tests/KillPoints/kill-point.sh");
        var tool = sandbox.Named("unshare").WithLeading("-m", "--propagation", "private", "bash", script);
        string[] arguments =
            [sandbox.BuildSharp.Program, prepared, sandbox["place"], point, scenario.Before, scenario.Verb, scenario.Kept, scenario.Acknowledged, scenario.Again];
        return expected is { } code ? await tool.RunAsync(code, arguments) : await tool.ExecuteAsync(arguments);
    }
}
