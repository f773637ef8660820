using BuildSharp.Linux;

namespace BuildSharp.Running.Stubs;

/// <summary>Finds traces of runs in a container's changes that are not changes of the user; a commit excludes them.</summary>
public static class RunRemains
{
    /// <summary>Paths to exclude, relative to the root and without a leading slash: stubs of active or killed runs, and directories that
    /// overlay copied up for a stub and that are otherwise unchanged.</summary>
    /// <param name="stateDirectory">The container's own directory, as in <see cref="RunTarget.StateDirectory"/>.</param>
    /// <param name="upperDirectory">Directory with the container's changes.</param>
    public static IReadOnlyList<string> Find(string stateDirectory, string upperDirectory)
    {
        var notes = new StubNotes(stateDirectory);
        var stubs = notes.ReadStubs();
        var copiedUp = notes.ReadCopiedUp();
        if (stubs.Count + copiedUp.Count == 0)
        {
            return [];
        }

        using var upper = DirectoryHandle.Open(upperDirectory);
        var remains = new HashSet<string>(stubs.Where(path => upper.TryStat(path, out var status)
            && status is { ModifiedSeconds: 0, ModifiedNanoseconds: 0, Uid: 0, Gid: 0 }), StringComparer.Ordinal);

        // Innermost first, because a directory that contains only excluded paths is excluded too.
        foreach (var entry in copiedUp.OrderByDescending(entry => entry.Path.Length))
        {
            if (upper.TryStat(entry.Path, out var status) && IsUnchanged(entry, status) && HoldsOnly(upper, entry.Path, remains))
            {
                remains.Add(entry.Path);
            }
        }

        return [.. remains.Order(StringComparer.Ordinal)];
    }

    private static bool IsUnchanged(CopiedUpDirectory entry, FileStatus status) =>
        status.IsDirectory && status.Mode == entry.Mode && status.Uid == entry.Uid && status.Gid == entry.Gid
        && status.ModifiedSeconds == entry.ModifiedSeconds && status.ModifiedNanoseconds == entry.ModifiedNanoseconds;

    private static bool HoldsOnly(DirectoryHandle upper, string path, HashSet<string> remains)
    {
        using var directory = upper.OpenDirectory(path);
        return directory.ReadEntries().TrueForAll(entry => remains.Contains($"{path}/{entry.NameText}"));
    }
}
