using BuildSharp.Linux;

namespace BuildSharp.Containers.Running;

/// <summary>What runs have left in a container's changes although nobody changed it; a commit leaves it out.</summary>
public static class RunRemains
{
    /// <summary>Paths, relative to the root and without a leading slash, that are no change: stubs of a run that is still going or was
    /// killed, and directories that overlay copied up for a stub and that are empty and as they were below.</summary>
    /// <param name="stateDirectory">The container's own directory, as in <see cref="RunTarget.StateDirectory"/>.</param>
    /// <param name="upperDirectory">The directory that received the container's changes.</param>
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

        // Innermost first: a directory that holds nothing but remains is one itself.
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
