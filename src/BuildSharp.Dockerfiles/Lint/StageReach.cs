using System.Globalization;

namespace BuildSharp.Dockerfiles.Lint;

/// <summary>Which stages a target needs, as far as the text alone says.</summary>
internal static class StageReach
{
    /// <summary>The target's stage and all it starts from, copies from or mounts, in file order.</summary>
    public static IReadOnlyList<Stage> From(Dockerfile dockerfile, string? target)
    {
        var stages = dockerfile.Stages;
        if (stages.Count == 0) return [];
        var latest = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var needs = new List<int>[stages.Count];
        foreach (var stage in stages)
        {
            needs[stage.Index] = [.. References(stage).Select(name => IndexOf(name, latest, stage.Index)).Where(index => index >= 0)];
            if (stage.Name is { } stageName) latest[stageName] = stage.Index;
        }

        var start = target is null ? stages.Count - 1 : IndexOf(target, latest, stages.Count);
        if (start < 0) return stages;
        var reached = new bool[stages.Count];
        var waiting = new Stack<int>([start]);
        while (waiting.TryPop(out var index))
        {
            if (reached[index]) continue;
            reached[index] = true;
            foreach (var needed in needs[index]) waiting.Push(needed);
        }

        return [.. stages.Where(stage => reached[stage.Index])];
    }

    private static IEnumerable<string> References(Stage stage)
    {
        yield return stage.From.Image;
        foreach (var instruction in stage.Instructions)
        {
            if (instruction is CopyInstruction { From: { } from }) yield return from;
            if (instruction is not RunInstruction run) continue;
            foreach (var mount in run.Mounts)
            {
                if (mount.From is { } source) yield return source;
            }
        }
    }

    private static int IndexOf(string name, Dictionary<string, int> latest, int before)
    {
        if (latest.TryGetValue(name, out var index)) return index;
        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < before ? number : -1;
    }
}
