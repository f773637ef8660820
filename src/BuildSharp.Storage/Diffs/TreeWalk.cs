using System.Diagnostics;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Storage.Diffs;

/// <summary>Walks a tree in the order of its tar and turns each name into an entry. Given an older tree, produces entries only for
/// differences, and whiteouts for missing names.</summary>
internal sealed class TreeWalk
{
    private readonly DirectoryHandle _root;
    private readonly Stack<WalkLevel> _levels = [];
    private readonly LayerDiffOptions _options;
    private readonly ILayerSink _sink;
    private readonly OpaqueRule _opaque;
    private readonly EntryHeaders _headers;
    private readonly bool _keepsOwners = UserNamespace.HasOneId;
    private readonly HashSet<byte[]> _excluded = new(ByteStringComparer.Instance);
    private readonly Dictionary<(ulong Device, ulong Inode), byte[]> _linked = [];
    private readonly List<TarHeader> _pending = [];
    private LinkGroups? _links;

    public TreeWalk(DirectoryHandle root, IReadOnlyList<DirectoryHandle> lowers, LayerDiffOptions options, ILayerSink sink)
    {
        _root = root;
        _options = options;
        _sink = sink;
        _opaque = new OpaqueRule(lowers);
        _headers = new EntryHeaders(options);
        foreach (var path in options.ExcludePaths.Concat(options.Added.Where(entry => entry.Source is not null).Select(entry => entry.Path)))
        {
            _excluded.Add(LayerPath.Clean(System.Text.Encoding.UTF8.GetBytes(path)));
        }
    }

    public void Run(DirectoryHandle? parent)
    {
        _links = parent is null ? null : LinkGroups.Between(_root, parent);
        using var tree = new DirectoryPosition(_root);
        using var before = parent is null ? null : new DirectoryPosition(parent);
        _levels.Push(LevelOf(_root, parent, pending: -1));
        while (_levels.TryPeek(out var level))
        {
            var older = level.IsOld ? before!.Directory : null;
            if (level.NextGone(out var gone))
            {
                EmitWhiteout(tree.Directory, tree.PathOf(gone));
            }
            else if (level.NextEntry(out var entry))
            {
                var path = tree.PathOf(entry.Name);
                if (_excluded.Count > 0 && _excluded.Contains(path))
                {
                    continue;
                }

                _options.RequireNameForLayer(path);
                if (KindOf(tree.Directory, entry) is not FileType.Directory and var kind)
                {
                    Visit(tree.Directory, entry.Name, kind, path, older);
                    continue;
                }

                tree.Enter(entry.Name);
                var isOld = older is not null && before!.TryEnter(entry.Name);
                VisitDirectory(tree.Directory, path, isOld ? before!.Directory : null);
            }
            else
            {
                Leave(tree, before);
            }
        }
    }

    private bool IsOverlay => _options.Whiteouts is WhiteoutFormat.Overlay or WhiteoutFormat.OverlayUser;

    private WalkLevel LevelOf(DirectoryHandle directory, DirectoryHandle? older, int pending)
    {
        var entries = directory.ReadEntries();
        entries.Sort(static (left, right) => left.Name.AsSpan().SequenceCompareTo(right.Name));
        return new WalkLevel(entries, older is null ? [] : Missing(entries, older), older is not null, pending);
    }

    private void Leave(DirectoryPosition tree, DirectoryPosition? before)
    {
        var level = _levels.Pop();
        if (_levels.Count == 0)
        {
            return;
        }

        tree.Leave();
        if (level.IsOld)
        {
            before!.Leave();
        }

        // Nothing below the directory was written, so the directory is not written either.
        if (level.Pending >= 0 && _pending.Count == level.Pending + 1)
        {
            _pending.RemoveAt(level.Pending);
        }
    }

    private static FileType KindOf(DirectoryHandle directory, in NamedEntry entry) =>
        entry.Type == FileType.Unknown ? directory.Stat(entry.Name).Type : entry.Type;

    private void Visit(DirectoryHandle directory, byte[] name, FileType kind, byte[] path, DirectoryHandle? older)
    {
        switch (kind)
        {
            case FileType.Regular:
                VisitFile(directory, name, path, older);
                break;
            case FileType.Socket:
                break; // useless without its process; tar has no type for sockets
            default:
                VisitNode(directory, name, path, older);
                break;
        }
    }

    private void VisitDirectory(DirectoryHandle directory, byte[] path, DirectoryHandle? before)
    {
        var status = directory.Stat();
        var names = directory.ListXattrs("."u8);
        RequireContent(names, path);
        var header = _headers.Make(
            [.. path, (byte)'/'], TarEntryType.Directory, status, EntryHeaders.Xattrs(names, n => directory.GetXattr("."u8, n)),
            intended: Intended(names, n => directory.GetXattr("."u8, n)));
        var pending = -1;
        if (before is null || TreeComparison.Differs(status, before.Stat(), header.Xattrs, before, "."u8))
        {
            Emit(header);
            if (IsOverlay && IsOpaque(directory, names) && _opaque.HidesSomething(path))
            {
                Emit(_headers.OpaqueMarker(header));
            }
        }
        else
        {
            // Unchanged: written only if an entry below it is.
            pending = _pending.Count;
            _pending.Add(header);
        }

        _levels.Push(LevelOf(directory, before, pending));
    }

    private void VisitFile(DirectoryHandle directory, byte[] name, byte[] path, DirectoryHandle? older)
    {
        // Non-blocking, because a pipe may have replaced the file since the directory was read.
        using var file = directory.OpenFile(name, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        var status = FileDescriptor.Stat(file);
        var names = Xattr.List(file);
        RequireContent(names, path);
        var xattrs = EntryHeaders.Xattrs(names, n => Xattr.Get(file, n));
        if (!Changed(status, xattrs, older, name))
        {
            return;
        }

        if (status.LinkCount > 1 && TryFindFirstName(status, path, out var first))
        {
            Emit(_headers.Make(path, TarEntryType.HardLink, status, xattrs, first, Intended(names, n => Xattr.Get(file, n))));
            return;
        }

        Flush();
        _sink.AddFile(_headers.Make(path, TarEntryType.RegularFile, status, xattrs, intended: Intended(names, n => Xattr.Get(file, n))), file, status);
    }

    private (uint Uid, uint Gid)? Intended(IReadOnlyList<byte[]> names, Func<byte[], byte[]?> read) =>
        _keepsOwners && names.Count > 0 ? IntendedOwner.Of(names, read) : null;

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
            // Before hard links, because overlay links all its whiteouts to one inode.
            Emit(_headers.Make(Whiteout.Of(path), TarEntryType.RegularFile, status, []) with { Mode = 0, DeviceMajor = 0, DeviceMinor = 0 });
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
            ? _headers.Make(path, TarEntryType.HardLink, status, [], first)
            : _headers.Make(path, type, status, [], target));
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

    private void EmitWhiteout(DirectoryHandle directory, byte[] path)
    {
        if (_excluded.Contains(path))
        {
            return;
        }

        // The time of the deletion is not recorded. The directory's own time is used, because it is the same in every run.
        var status = directory.Stat();
        Emit(new TarHeader
        {
            Name = Whiteout.Of(path),
            Type = TarEntryType.RegularFile,
            ModifiedAt = _options.TimeOf(new Timestamp(status.ModifiedSeconds)),
        });
    }

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
