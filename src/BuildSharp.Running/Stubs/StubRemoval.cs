using BuildSharp.Linux;

namespace BuildSharp.Running.Stubs;

/// <summary>Removes unchanged stubs.</summary>
internal static class StubRemoval
{
    /// <summary>Removes the recorded stubs that are as they were created: owned by root, dated 1970, empty. The caller holds the
    /// locks.</summary>
    public static void Run(DirectoryHandle root, StubNotes notes)
    {
        var stubs = notes.ReadStubs();
        foreach (var path in stubs.Reverse())
        {
            // Removing a stub restores the time of its parent, so a parent that is a stub itself still counts as unchanged.
            if (root.TryStat(path, out var status) && IsUntouched(status))
            {
                Remove(root, path);
            }
        }

        if (stubs.Count > 0)
        {
            notes.ClearStubs();
        }
    }

    private static bool IsUntouched(FileStatus status) =>
        status is { ModifiedSeconds: 0, ModifiedNanoseconds: 0, Uid: 0, Gid: 0 }
        && (status.IsDirectory || (status.IsRegular && status.Size == 0));

    private static void Remove(DirectoryHandle root, string path)
    {
        var slash = path.LastIndexOf('/');
        var parent = slash < 0 ? "." : path[..slash];
        var before = root.Stat(parent, followLinks: true);
        try
        {
            root.Remove(path);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOTEMPTY)
        {
            return; // the command has created a file in it
        }

        root.SetTimes(parent, before.ModifiedSeconds, before.ModifiedNanoseconds);
    }
}
