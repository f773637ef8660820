using System.Diagnostics;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Storage.Diffs;

/// <summary>Walks a tree in the order of its tar and turns each name into an entry. With an older tree beside it, only what differs
/// becomes one, and what is missing becomes a whiteout.</summary>
internal sealed class TreeWalk
{
    private readonly DirectoryHandle _root;
    private readonly LayerDiffOptions _options;
    private readonly LayerSink _sink;
    private readonly OpaqueRule _opaque;
    private readonly HashSet<byte[]> _excluded = new(ByteStringComparer.Instance);
    private readonly Dictionary<(ulong Device, ulong Inode), byte[]> _linked = [];
    private readonly List<TarHeader> _pending = [];
    private LinkGroups? _links;

    public TreeWalk(DirectoryHandle root, IReadOnlyList<DirectoryHandle> lowers, LayerDiffOptions options, LayerSink sink)
    {
        _root = root;
        _options = options;
        _sink = sink;
        _opaque = new OpaqueRule(lowers);
        foreach (var path in options.ExcludePaths.Concat(options.Added.Where(entry => entry.Source is not null).Select(entry => entry.Path)))
        {
            _excluded.Add(LayerPath.Clean(System.Text.Encoding.UTF8.GetBytes(path)));
        }
    }

    public void Run(DirectoryHandle? parent)
    {
        _links = parent is null ? null : LinkGroups.Between(_root, parent);
        Walk(_root, [], parent);
    }

    private bool IsOverlay => _options.Whiteouts is WhiteoutFormat.Overlay or WhiteoutFormat.OverlayUser;

    /// <summary>Walks a directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="prefix">Its path with a slash at the end; empty for the root.</param>
    /// <param name="older">The directory of the same name in the older tree.</param>
    private void Walk(DirectoryHandle directory, byte[] prefix, DirectoryHandle? older)
    {
        var entries = directory.ReadEntries();
        entries.Sort(static (left, right) => left.Name.AsSpan().SequenceCompareTo(right.Name));
        var gone = older is null ? [] : Missing(entries, older);
        var next = 0;
        foreach (var entry in entries)
        {
            for (; next < gone.Count && gone[next].AsSpan().SequenceCompareTo(entry.Name) < 0; next++)
            {
                EmitWhiteout(directory, prefix, gone[next]);
            }

            byte[] path = [.. prefix, .. entry.Name];
            if (!_excluded.Contains(path))
            {
                Visit(directory, entry, path, older);
            }
        }

        for (; next < gone.Count; next++)
        {
            EmitWhiteout(directory, prefix, gone[next]);
        }
    }

    private void Visit(DirectoryHandle directory, in NamedEntry entry, byte[] path, DirectoryHandle? older)
    {
        switch (entry.Type)
        {
            case FileType.Directory:
                VisitDirectory(directory, entry.Name, path, older);
                break;
            case FileType.Regular:
                VisitFile(directory, entry.Name, path, older);
                break;
            case FileType.Socket:
                break; // has no meaning without the process behind it; tar has no type for it
            case FileType.Unknown when directory.Stat(entry.Name).Type is var type and not FileType.Unknown:
                Visit(directory, entry with { Type = type }, path, older);
                break;
            default:
                VisitNode(directory, entry.Name, path, older);
                break;
        }
    }

    private void VisitDirectory(DirectoryHandle parent, byte[] name, byte[] path, DirectoryHandle? older)
    {
        using var directory = parent.OpenDirectory(name);
        using var before = older?.TryOpenDirectory(name);
        var status = directory.Stat();
        var names = directory.ListXattrs("."u8);
        RequireContent(names, path);
        byte[] prefix = [.. path, (byte)'/'];
        var header = MakeHeader(prefix, TarEntryType.Directory, status, Xattrs(names, n => directory.GetXattr("."u8, n)));
        if (before is null || TreeComparison.Differs(status, before.Stat(), header.Xattrs, before, "."u8))
        {
            Emit(header);
            if (IsOverlay && IsOpaque(directory, names) && _opaque.HidesSomething(path))
            {
                Emit(OpaqueMarker(header));
            }

            Walk(directory, prefix, before);
            return;
        }

        // The same as before; it is written only if something below it is.
        _pending.Add(header);
        var waiting = _pending.Count;
        Walk(directory, prefix, before);
        if (_pending.Count == waiting)
        {
            _pending.RemoveAt(waiting - 1);
        }
    }

    private void VisitFile(DirectoryHandle directory, byte[] name, byte[] path, DirectoryHandle? older)
    {
        // Not blocking: between reading the directory and now, a pipe may have taken the name.
        using var file = directory.OpenFile(name, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        var status = FileDescriptor.Stat(file);
        var names = Xattr.List(file);
        RequireContent(names, path);
        var xattrs = Xattrs(names, n => Xattr.Get(file, n));
        if (!Changed(status, xattrs, older, name))
        {
            return;
        }

        if (status.LinkCount > 1 && TryFindFirstName(status, path, out var first))
        {
            Emit(MakeHeader(path, TarEntryType.HardLink, status, xattrs, first));
            return;
        }

        Flush();
        _sink.AddFile(MakeHeader(path, TarEntryType.RegularFile, status, xattrs), file, status);
    }

    private void RequireContent(IReadOnlyList<byte[]> xattrs, byte[] path)
    {
        foreach (var name in xattrs)
        {
            if (IsOverlay && OverlayXattr.PointsElsewhere(name))
            {
                throw new PartialUpperException(_root.Name, path);
            }
        }
    }

    private void VisitNode(DirectoryHandle directory, byte[] name, byte[] path, DirectoryHandle? older)
    {
        var status = directory.Stat(name);
        if (IsOverlay && status.IsOverlayWhiteout)
        {
            // Overlay links all its whiteouts to one inode, so this comes before hard links.
            Emit(MakeHeader(Whiteout.Of(path), TarEntryType.RegularFile, status, []) with { Mode = 0, DeviceMajor = 0, DeviceMinor = 0 });
            return;
        }

        var target = status.IsSymbolicLink ? directory.ReadLink(name) : [];
        if (!Changed(status, [], older, name) && !(status.IsSymbolicLink && !target.AsSpan().SequenceEqual(older!.ReadLink(name))))
        {
            return;
        }

        var type = status.Type switch
        {
            FileType.SymbolicLink => TarEntryType.SymbolicLink,
            FileType.CharacterDevice => TarEntryType.CharacterDevice,
            FileType.BlockDevice => TarEntryType.BlockDevice,
            FileType.Fifo => TarEntryType.Fifo,
            _ => throw new UnreachableException($"a node of type {status.Type}"),
        };
        Emit(status.LinkCount > 1 && TryFindFirstName(status, path, out var first)
            ? MakeHeader(path, TarEntryType.HardLink, status, [], first)
            : MakeHeader(path, type, status, [], target));
    }

    private bool Changed(
        in FileStatus status, IReadOnlyList<KeyValuePair<byte[], byte[]>> xattrs, DirectoryHandle? older, ReadOnlySpan<byte> name) =>
        older is null || !older.TryStat(name, out var before) || (status.LinkCount > 1 && _links!.Changed(status))
        || TreeComparison.Differs(status, before, xattrs, older, name);

    private bool TryFindFirstName(in FileStatus status, byte[] path, out byte[] first)
    {
        if (_linked.TryGetValue((status.DeviceId, status.Inode), out first!))
        {
            return true;
        }

        _linked.Add((status.DeviceId, status.Inode), path);
        return false;
    }

    private List<byte[]> Missing(List<NamedEntry> entries, DirectoryHandle older)
    {
        var names = new HashSet<byte[]>(entries.Count, ByteStringComparer.Instance);
        foreach (var entry in entries)
        {
            if (entry.Type != FileType.Socket)
            {
                names.Add(entry.Name);
            }
        }

        var gone = new List<byte[]>();
        foreach (var entry in older.ReadEntries())
        {
            if (!names.Contains(entry.Name) && entry.Type != FileType.Socket)
            {
                gone.Add(entry.Name);
            }
        }

        gone.Sort(ByteStringComparer.Instance);
        return gone;
    }

    private void EmitWhiteout(DirectoryHandle directory, byte[] prefix, byte[] name)
    {
        byte[] path = [.. prefix, .. name];
        if (_excluded.Contains(path))
        {
            return;
        }

        // Nobody knows when it went; the directory's own time is at least not later and does not change from run to run.
        var status = directory.Stat();
        Emit(new TarHeader
        {
            Name = Whiteout.Of(path),
            Type = TarEntryType.RegularFile,
            ModifiedAt = TimeOf(new Timestamp(status.ModifiedSeconds)),
        });
    }

    private TarHeader MakeHeader(
        byte[] name,
        TarEntryType type,
        in FileStatus status,
        IReadOnlyList<KeyValuePair<byte[], byte[]>> xattrs,
        byte[]? linkName = null)
    {
        var (uid, gid) = _options.MapOwner?.Invoke((status.Uid, status.Gid)) ?? (status.Uid, status.Gid);
        var isDevice = type is TarEntryType.CharacterDevice or TarEntryType.BlockDevice;
        return new TarHeader
        {
            Name = name,
            Type = type,
            // The Go tools write the type above the permissions, and their digest is to be ours.
            Mode = ((int)status.Type << 12) | status.Mode,
            Uid = uid,
            Gid = gid,
            Size = type == TarEntryType.RegularFile && status.IsRegular ? status.Size : 0,
            ModifiedAt = TimeOf(new Timestamp(status.ModifiedSeconds)),
            LinkName = linkName ?? [],
            DeviceMajor = isDevice ? status.DeviceMajor : 0,
            DeviceMinor = isDevice ? status.DeviceMinor : 0,
            Xattrs = xattrs,
        };
    }

    private TarHeader OpaqueMarker(TarHeader directory) => new()
    {
        Name = [.. directory.Name, .. Whiteout.OpaqueMarker],
        Type = TarEntryType.RegularFile,
        Mode = directory.Mode & 0x1FF,
        Uid = directory.Uid,
        Gid = directory.Gid,
        ModifiedAt = _options.ModifiedAt ?? Timestamp.Epoch,
    };

    private Timestamp TimeOf(Timestamp modified) => _options.TimeOf(modified);

    private bool IsOpaque(DirectoryHandle directory, IReadOnlyList<byte[]> names)
    {
        foreach (var name in names)
        {
            if (name.AsSpan().SequenceEqual(OverlayXattr.Opaque(_options.Whiteouts)))
            {
                return directory.GetXattr("."u8, name) is [(byte)'y'];
            }
        }

        return false;
    }

    private static IReadOnlyList<KeyValuePair<byte[], byte[]>> Xattrs(IReadOnlyList<byte[]> names, Func<byte[], byte[]?> read)
    {
        if (names.Count == 0)
        {
            return [];
        }

        var kept = new List<KeyValuePair<byte[], byte[]>>();
        foreach (var name in names)
        {
            if (TreeComparison.BelongsInLayer(name) && read(name) is { } value)
            {
                kept.Add(new(name, value));
            }
        }

        kept.Sort(static (left, right) => left.Key.AsSpan().SequenceCompareTo(right.Key));
        return kept;
    }

    private void Emit(TarHeader header)
    {
        Flush();
        _sink.Add(header);
    }

    private void Flush()
    {
        foreach (var directory in _pending)
        {
            _sink.Add(directory);
        }

        _pending.Clear();
    }
}
