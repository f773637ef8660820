using System.Collections.Concurrent;
using System.Globalization;
using BuildSharp.Testing;
using Xunit.Abstractions;

namespace BuildSharp.EndToEnd.Tests.SharedBuilds;

/// <summary>Whole builds from the shared cases: upstream's Dockerfiles, and what the reference makes of them.</summary>
public class SharedBuildTests(ITestOutputHelper output)
{
    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "runc", "busybox", "bash", "script", "ldd", Cases = BuildRow.Folder + "/expect.tsv")]
    public async Task Every_build_that_needs_no_later_issue_ends_as_expected()
    {
        using var sandbox = new Sandbox();
        var cases = sandbox["cases"];
        await sandbox.Named("cp").RunAsync("-r", "--preserve=mode,links,timestamps", SharedCases.Locate(BuildRow.Folder)!, cases);
        var rows = BuildRow.ReadAll().ToLookup(row => LaterIssue.Of(row));
        foreach (var row in rows[null])
        {
            CaseFiles.Complete(row, cases);
        }

        await StandInImages.BuildAsync(sandbox, rows[null], cases);

        var failures = new ConcurrentQueue<(BuildRow Row, string Why)>();
        // A row without a group is a group of its own.
        var groups = rows[null].GroupBy(row => row.Group.Length > 0 ? $"{row.Case}/{row.Group}" : $"{row.Line}");
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount) };
        await Parallel.ForEachAsync(groups.Select((group, index) => (group, index)), parallel, async (numbered, _) =>
        {
            foreach (var row in numbered.group)
            {
                CaseFiles.Renew(row, cases, SharedCases.Locate(BuildRow.Folder)!);
                var tool = OnStore(sandbox, numbered.index.ToString(CultureInfo.InvariantCulture), hasBases: !row.Value.Contains("image not known", StringComparison.Ordinal));
                if (await new BuildRowRun(sandbox, tool, row).JudgeAsync() is { } wrong)
                {
                    failures.Enqueue((row, wrong));
                }
            }
        });

        int all = rows.Sum(group => group.Count()), run = rows[null].Count();
        var later = string.Join(", ", rows.Where(group => group.Key is not null).OrderByDescending(group => group.Count())
            .Select(group => $"{group.Count()} {group.Key}"));
        var counts = $"Shared builds: {run - failures.Count} passed, {failures.Count} failed, {all - run} need a later issue ({later})";
        output.WriteLine(counts);
        // The runner shows no output of a test that passes; tests/run.sh prints this file.
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(Checkout.Root, "artifacts/reports")).FullName, "builds.txt"), counts + "\n");
        Assert.Empty(sandbox.MountsLeft);
        Assert.True(failures.IsEmpty, counts + "\n\n" + string.Join("\n", failures.OrderBy(failure => failure.Row.Line).Select(failure => $"{failure.Row}\n{failure.Why}")));
    }

    /// <summary>The binary on a store of its own, with the stand-in images below it or, for a row about a missing image, without.</summary>
    private static Tool OnStore(Sandbox sandbox, string store, bool hasBases)
    {
        var configuration = sandbox.Write($"stores/{store}.{hasBases}.conf",
            $"[storage]\ndriver = \"overlay\"\n{(hasBases ? $"[storage.options]\nadditionalimagestores = [\"{sandbox.Root}\"]\n" : "")}");
        return sandbox.BuildSharp.WithEnvironment("CONTAINERS_STORAGE_CONF", configuration)
            .WithLeading("--root", sandbox[$"stores/{store}/root"], "--runroot", sandbox[$"stores/{store}/run"]);
    }
}
