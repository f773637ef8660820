using BuildSharp.Linux;
using BuildSharp.Running.Networks;

namespace BuildSharp.Running.Runtimes;

/// <summary>Kills and removes the runs of killed buildsharp processes. A process that ends by SIGKILL leaves its runtime and command
/// running.</summary>
internal static class OrphanSweep
{
    /// <summary>Removes the bundles whose owner lock is free, after killing the processes in them.</summary>
    /// <param name="runDirectory">As in <see cref="RunTarget.RunDirectory"/>.</param>
    /// <returns>IDs of the removed runs.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(string runDirectory)
    {
        var directory = Bundle.Directory(runDirectory);
        if (!Directory.Exists(directory) || !Directory.EnumerateDirectories(directory).Any())
        {
            return [];
        }

        var removed = new List<string>();

        // A command before its network, whose address must not be leased to another while the command has it.
        foreach (var (path, owner) in Adopt(runDirectory, directory).OrderBy(orphan => File.Exists(NetavarkOptions.FileIn(orphan.Path))))
        {
            using (owner)
            {
                await EndAsync(runDirectory, path).ConfigureAwait(false);
                Bundle.Remove(runDirectory, path);
                removed.Add(Path.GetFileName(path));
            }
        }

        return removed;
    }

    private static async Task EndAsync(string runDirectory, string bundle)
    {
        // Kill the runtime first, because it may be about to start the command. It is found by its open log file in the bundle, as are
        // agents with keys.
        using (var directory = DirectoryHandle.Open(bundle))
        {
            FileWriters.End(directory);
        }

        await BridgedNetwork.ForgetAsync(bundle, new RunRequest { Args = [] }).ConfigureAwait(false);
        if (Bundle.ReadRuntime(bundle) is not [var program, .. var flags])
        {
            // Without a runtime the kernel has killed the command with its starter, unless it had changed its user since.
            ProcessSearch.EndUsersOfMount(Path.GetFileName(bundle));
            return;
        }

        var runtime = new RuncRuntime(program, RuncRun.StateRoot(runDirectory), new RunRequest { Args = [], RuntimeFlags = flags });
        await runtime.DeleteAsync(Path.GetFileName(bundle)).ConfigureAwait(false);
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
