using BuildSharp.Linux;

namespace BuildSharp.Storage.Diffs;

/// <summary>Finds files with several names whose set of names differs from the older tree. All names of such a file go into the difference:
/// a new name alone would be unpacked as a separate file.</summary>
internal sealed class LinkGroups
{
    private readonly Dictionary<(ulong Device, ulong Inode), (ulong Device, ulong Inode)> _before = [];
    private readonly HashSet<(ulong Device, ulong Inode)> _regrouped = [];

    /// <summary>Compares the hard links of two trees.</summary>
    public static LinkGroups Between(DirectoryHandle newer, DirectoryHandle older)
    {
        var groups = new LinkGroups();
        using var walk = new DirectoryWalk(newer);
        using var before = new DirectoryPosition(older);
        while (walk.MoveNext())
        {
            while (before.Depth > walk.Depth)
            {
                before.Leave();
            }

            // The position in the older tree is in the same directory only if both have the same depth; otherwise the older tree lacks the
            // directory.
            var isOld = before.Depth == walk.Depth;
            var name = walk.Current.Name;
            var status = walk.Directory.Stat(name);
            if (status.IsDirectory)
            {
                if (walk.TryEnter() && isOld)
                {
                    before.TryEnter(name);
                }
            }
            else if (status.LinkCount > 1)
            {
                groups.Note(status, name, isOld ? before.Directory : null);
            }
        }

        return groups;
    }

    /// <summary>Whether the set of the file's names changed.</summary>
    public bool Changed(in FileStatus status) => _regrouped.Contains((status.DeviceId, status.Inode));

    private void Note(in FileStatus status, byte[] name, DirectoryHandle? older)
    {
        var id = (status.DeviceId, status.Inode);
        var before = older is not null && older.TryStat(name, out var old) ? (old.DeviceId, old.Inode) : default;
        if (before == default || (!_before.TryAdd(id, before) && _before[id] != before))
        {
            _regrouped.Add(id);
        }
    }
}
