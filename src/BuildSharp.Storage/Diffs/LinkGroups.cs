using BuildSharp.Linux;

namespace BuildSharp.Storage.Diffs;

/// <summary>Finds files with several names whose names were not the names of one file in the older tree. Such a file goes into the
/// difference under all its names: were only the new one written, it would come out as a file of its own.</summary>
internal sealed class LinkGroups
{
    private readonly Dictionary<(ulong Device, ulong Inode), (ulong Device, ulong Inode)> _before = [];
    private readonly HashSet<(ulong Device, ulong Inode)> _regrouped = [];

    /// <summary>Walks the newer tree beside the older.</summary>
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

            // As deep as the walk, the position is in the same directory; where the older tree has none, it has stayed behind.
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

    /// <summary>Whether the file's names have changed.</summary>
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
