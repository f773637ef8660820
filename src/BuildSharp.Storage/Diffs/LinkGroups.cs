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
        groups.Scan(newer, older);
        return groups;
    }

    /// <summary>Whether the file's names have changed.</summary>
    public bool Changed(in FileStatus status) => _regrouped.Contains((status.DeviceId, status.Inode));

    private void Scan(DirectoryHandle newer, DirectoryHandle? older)
    {
        foreach (var entry in newer.ReadEntries())
        {
            var status = newer.Stat(entry.Name);
            if (status.IsDirectory)
            {
                using var inner = newer.OpenDirectory(entry.Name);
                using var before = older?.TryOpenDirectory(entry.Name);
                Scan(inner, before);
            }
            else if (status.LinkCount > 1)
            {
                var id = (status.DeviceId, status.Inode);
                var before = older is not null && older.TryStat(entry.Name, out var old) ? (old.DeviceId, old.Inode) : default;
                if (before == default || !_before.TryAdd(id, before) && _before[id] != before)
                {
                    _regrouped.Add(id);
                }
            }
        }
    }
}
