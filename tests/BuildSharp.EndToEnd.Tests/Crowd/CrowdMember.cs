using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.Crowd;

/// <summary>
/// One member of the crowd: makes, fills, mounts, commits, tags, lists and removes containers and images of its own name, one command
/// after the other, and remembers what the commands acknowledged.
/// </summary>
internal sealed class CrowdMember(CrowdDialect dialect, string name, Sandbox sandbox, CrowdTally tally)
{
    private int _round;

    /// <summary>Images that must be there, each with what its file <c>/mark</c> says.</summary>
    public Dictionary<string, string> Images { get; } = [];

    /// <summary>Containers that must be there, each with what its file <c>/mark</c> says.</summary>
    public Dictionary<string, string> Containers { get; } = [];

    /// <summary>Names that were taken away and may not come back.</summary>
    public List<string> Removed { get; } = [];

    public string Tool => dialect.Name;

    public async Task WorkAsync(TimeSpan time)
    {
        var end = Environment.TickCount64 + (long)time.TotalMilliseconds;
        while (Environment.TickCount64 < end && tally.Errors.Count == 0)
        {
            _round++;
            await MakeAsync();
            if (dialect.Name == "buildsharp")
            {
                await ShareAsync();
                await BuildAsync();
            }

            await ShrinkAsync();
            await ListAsync();
        }
    }

    private async Task MakeAsync()
    {
        var container = $"{name}-{_round}";
        var image = $"localhost/{name}:{_round}";
        var mark = $"{name} {_round}";
        var file = sandbox.Write($"{name}/mark", mark);
        if (await RunAsync(dialect.From(container)) is null)
        {
            return;
        }

        if (await RunAsync(dialect.Copy(container, file)) is null)
        {
            return;
        }

        await MountAsync(container, mark);

        if (await RunAsync("commit", "-q", container, image) is null)
        {
            return;
        }

        Images[image] = Containers[container] = mark;
        if (await RunAsync("tag", image, image + "-again") is not null)
        {
            Images[image + "-again"] = mark;
        }
    }

    private async Task MountAsync(string container, string mark)
    {
        if (await RunAsync("mount", container) is not { } root)
        {
            return;
        }

        var path = Path.Combine(root, "mark");
        if (!File.Exists(path) || File.ReadAllText(path) != mark)
        {
            tally.Fail($"{Tool}: {container} is mounted at {root} without its content");
        }
        else
        {
            File.WriteAllText(Path.Combine(root, "more"), mark);
        }

        await RunAsync("umount", container);
    }

    // All members make the same image, each under a name of its own, and take that away again: whose is the last one changes all the time.
    // Only ours do, for buildah's rmi looks at the names before it locks and would take away names of others.
    private async Task ShareAsync()
    {
        var container = $"{name}-same-{_round}";
        if (await RunAsync(dialect.From(container)) is null)
        {
            return;
        }

        if (await RunAsync("copy", "-q", container, sandbox.Write($"{name}/same", "same"), "/mark") is null)
        {
            return;
        }

        if (await RunAsync("commit", "-q", "--rm", "--timestamp", "0", container, $"{name}-same") is null)
        {
            return;
        }

        await RunAsync("tag", "base", $"{name}-base");
        await RunAsync("rmi", $"{name}-same", $"{name}-base");
    }

    // All build the same with a cache, and take it away again: a step that one finds may be gone when he goes on from it.
    private async Task BuildAsync()
    {
        var context = Path.GetDirectoryName(sandbox.Write($"{name}/context/mark", "same"))!;
        sandbox.Write($"{name}/context/Dockerfile", "FROM base\nENV a=b\nCOPY mark /mark\nLABEL c=d\nCOPY mark /more\nCMD e\n");
        if (await tally.RunUnlessRemovedAsync(Tool, dialect.Tool, "bud", "-q", "--layers", "--timestamp", "0", "-t", $"{name}-built", context) is not null)
        {
            await RunAsync("rmi", $"{name}-built");
        }
    }

    // Keeps a few of each, so that as much is removed as is made.
    private async Task ShrinkAsync()
    {
        while (Containers.Count > 1)
        {
            var container = Containers.Keys.First();
            Containers.Remove(container);
            Removed.Add(container);
            await RunAsync("rm", container);
        }
        while (Images.Count > 4)
        {
            var image = Images.Keys.First();
            Images.Remove(image);
            Removed.Add(image);
            await RunAsync("rmi", image);
        }
    }

    private async Task ListAsync()
    {
        if (dialect.ListContainers is { } listing)
        {
            if (await RunAsync(listing) is { } containers)
            {
                Expect(Containers.Keys, containers, "containers");
            }
        }
        else
        {
            foreach (var container in Containers.Keys)
            {
                await RunAsync("inspect", "--type", "container", container);
            }
        }
        if (dialect.ListImages is { } all)
        {
            if (await RunAsync(all) is { } images)
            {
                Expect(Images.Keys, images, "images");
            }
        }
        else
        {
            foreach (var image in Images.Keys)
            {
                await RunAsync("inspect", "--type", "image", image);
            }
        }
    }

    private void Expect(IEnumerable<string> names, string listed, string verb)
    {
        HashSet<string> lines = [.. listed.Split('\n')];
        foreach (var missing in names.Where(one => !lines.Contains(one)))
        {
            tally.Fail($"{Tool}: {verb} does not list {missing} in round {_round}:\n{listed}");
        }

        foreach (var removed in Removed.Where(lines.Contains))
        {
            tally.Fail($"{Tool}: {verb} still lists {removed} in round {_round}:\n{listed}");
        }
    }

    private Task<string?> RunAsync(params string[] words) => tally.RunAsync(Tool, dialect.Tool, words);
}
