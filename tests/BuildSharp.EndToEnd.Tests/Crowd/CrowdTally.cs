using System.Collections.Concurrent;
using System.Globalization;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.Crowd;

/// <summary>What a crowd did: operations per tool and verb, and everything that went wrong.</summary>
internal sealed class CrowdTally
{
    private readonly ConcurrentDictionary<(string Tool, string Verb), int> _done = new();
    private readonly ConcurrentQueue<string> _errors = new();

    public IReadOnlyCollection<string> Errors => _errors;

    public int Operations(string tool) => _done.Where(entry => entry.Key.Tool == tool).Sum(entry => entry.Value);

    public void Fail(string what) => _errors.Enqueue(what);

    /// <summary>Runs one command and counts it; null when it failed.</summary>
    public async Task<string?> RunAsync(string name, Tool tool, params string[] words)
    {
        var result = await tool.Within(TimeSpan.FromMinutes(3)).ExecuteAsync(words);
        if (result.ExitCode != 0)
        {
            _errors.Enqueue(result.Transcript);
            return null;
        }
        _done.AddOrUpdate((name, words[0]), 1, (_, count) => count + 1);
        return result.Output.TrimEnd('\n');
    }

    /// <summary>As <see cref="RunAsync"/>, of a command that may say that an image it was at was removed meanwhile: such are counted apart.</summary>
    public async Task<string?> RunUnlessRemovedAsync(string name, Tool tool, params string[] words)
    {
        var result = await tool.Within(TimeSpan.FromMinutes(3)).ExecuteAsync(words);
        var removed = result.ExitCode == 125 && result.Error.Contains(" removed it", StringComparison.Ordinal);
        if (result.ExitCode != 0 && !removed)
        {
            _errors.Enqueue(result.Transcript);
            return null;
        }

        _done.AddOrUpdate((name, removed ? $"{words[0]} (removed meanwhile)" : words[0]), 1, (_, count) => count + 1);
        return removed ? null : result.Output.TrimEnd('\n');
    }

    /// <summary>One line for each tool: "buildsharp 2310: commit 210, copy 210, …".</summary>
    public string Report(TimeSpan time)
    {
        var lines = _done.GroupBy(entry => entry.Key.Tool).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group =>
            $"{group.Key} {group.Sum(entry => entry.Value)}: "
            + string.Join(", ", group.OrderBy(entry => entry.Key.Verb, StringComparer.Ordinal).Select(entry => $"{entry.Key.Verb} {entry.Value}")));
        return string.Create(CultureInfo.InvariantCulture,
            $"A crowd on one store for {time.TotalSeconds:0} s: {_done.Values.Sum()} operations, {_errors.Count} errors\n") + string.Join('\n', lines) + "\n";
    }
}
