using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using BuildSharp.Testing;
using Xunit.Sdk;

namespace BuildSharp.EndToEnd.Tests.Fuzzing;

/// <summary>Broken input of every kind that the binary reads ends in an answer or an error that the user can act on: never in a report
/// of a bug, a stack trace, a signal or a wait. <c>BUILDSHARP_SEED</c> repeats a run, <c>BUILDSHARP_FUZZ_INPUTS</c> sets how many inputs
/// there are; the counts are in <c>artifacts/reports/fuzz.txt</c>.</summary>
public class FuzzTests
{
    private const int Workers = 2;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(240);

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary)]
    public async Task No_input_ends_as_a_bug()
    {
        var seed = Number("BUILDSHARP_SEED") ?? Random.Shared.Next();
        var inputs = Number("BUILDSHARP_FUZZ_INPUTS") ?? 50_000;
        var next = -1;
        var clock = Stopwatch.StartNew();
        var failures = new ConcurrentQueue<string>();
        var done = 0;
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(async () =>
        {
            using var bench = await FuzzBench.MakeAsync();
            for (int input; (input = Interlocked.Increment(ref next)) < inputs && clock.Elapsed < Longest && failures.Count < 10;)
            {
                var target = FuzzTarget.All[input % FuzzTarget.All.Count];
                var mutator = new Mutator(unchecked((seed * 1_000_003) + input));
                if (await TryAsync(bench, target, mutator) is { } failure)
                {
                    failures.Enqueue($"input {input}, {target.Name}: {failure}");
                }

                Interlocked.Increment(ref done);
            }
        })));

        var report = string.Create(
            CultureInfo.InvariantCulture,
            $"fuzz: {done} of {inputs} inputs of {FuzzTarget.All.Count} kinds in {clock.Elapsed.TotalSeconds:F0} s, {failures.Count} ended as a bug, BUILDSHARP_SEED={seed}\n");
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(Checkout.Root, "artifacts/reports")).FullName, "fuzz.txt"), report);
        Assert.True(failures.IsEmpty, $"{report}{string.Join('\n', failures)}");
    }

    private static async Task<string?> TryAsync(FuzzBench bench, FuzzTarget target, Mutator mutator)
    {
        var words = target.Prepare(bench, mutator);
        ToolResult result;
        try
        {
            result = await bench.Sandbox.BuildSharp.Within(TimeSpan.FromSeconds(30)).ExecuteAsync(words);
        }
        catch (XunitException waited)
        {
            return waited.Message;
        }

        var isBug = result.ExitCode is > 128 and < 160
            || result.Error.Contains("this is a bug in", StringComparison.Ordinal)
            || result.Error.Contains("\n   at ", StringComparison.Ordinal)
            || result.Error.Contains("Unhandled exception", StringComparison.Ordinal);
        return isBug ? result.Transcript : null;
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
