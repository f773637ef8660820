using BuildSharp.Dockerfiles.Instructions;

namespace BuildSharp.Dockerfiles.Lint;

/// <summary>Stages that a target needs, as far as the text shows.</summary>
internal static class StageReach
{
    /// <summary>The target stage and all stages that it is based on, copies from or mounts.</summary>
    public static StageSet From(Dockerfile dockerfile, StageLookup names, string? target)
    {
        var stages = dockerfile.Stages;
        var reached = new StageSet(stages.Count);
        var start = target is null ? stages.Count - 1 : names.Find(target, stages.Count);
        if (start is >= 0 and var last)
        {
            reached.Add(last);
        }
        else
        {
            reached.AddAllBefore(stages.Count);
        }
        // A stage needs only earlier stages, so go backwards; the first needs none.
        for (var index = stages.Count - 1; index > 0; index--)
        {
            if (!reached.Contains(index))
            {
                continue;
            }

            foreach (var name in References(stages[index]))
            {
                if (names.Find(name, index) is { } needed)
                {
                    reached.Add(needed);
                }
            }
        }

        return reached;
    }

    private static IEnumerable<string> References(Stage stage)
    {
        yield return stage.From.Image;
        foreach (var instruction in stage.Instructions)
        {
            if (instruction is CopyInstruction { From: { } from })
            {
                yield return from;
            }

            if (instruction is not RunInstruction run)
            {
                continue;
            }

            foreach (var mount in run.Mounts)
            {
                if (mount.Options.From is { } source)
                {
                    yield return source;
                }
            }
        }
    }
}
