using BuildSharp.Linux;

namespace BuildSharp.Containers.Running;

/// <summary>Ends and removes what runs of dead buildsharp processes have left: killed with SIGKILL, a process leaves its runtime and its
/// command behind, still running.</summary>
internal static class OrphanSweep
{
    /// <summary>Looks at every bundle and removes those that nobody owns.</summary>
    /// <param name="runDirectory">As in <see cref="RunTarget.RunDirectory"/>.</param>
    /// <param name="runtime">Gives the runtime to end containers with; only called if there are orphans.</param>
    /// <returns>Names of the runs that were removed.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(string runDirectory, Func<RuncRuntime> runtime)
    {
        var directory = Bundle.Directory(runDirectory);
        if (!Directory.Exists(directory))
        {
            return [];
        }

        var orphans = Adopt(runDirectory, directory);
        foreach (var (path, owner) in orphans)
        {
            await runtime().DeleteAsync(Path.GetFileName(path)).ConfigureAwait(false);
            using (var parent = DirectoryHandle.Open(directory))
            {
                parent.RemoveTree(Path.GetFileName(path));
            }

            owner.Dispose();
        }

        return [.. orphans.Select(orphan => Path.GetFileName(orphan.Path))];
    }

    private static List<(string Path, FileLock Owner)> Adopt(string runDirectory, string directory)
    {
        var orphans = new List<(string, FileLock)>();
        using var creating = Bundle.LockAll(runDirectory);
        foreach (var path in Directory.EnumerateDirectories(directory))
        {
            if (FileLock.TryAcquire(Bundle.OwnerFile(path), exclusive: true) is { } owner)
            {
                orphans.Add((path, owner));
            }
        }

        return orphans;
    }
}
