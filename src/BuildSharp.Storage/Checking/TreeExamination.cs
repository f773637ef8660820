using BuildSharp.Linux;
using BuildSharp.Oci.Layers;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Storage.Checking;

/// <summary>Compares a layer's files with the entries of its tar. The digest proves the tar; this proves that containers see the same
/// files.</summary>
/// <param name="tree">The layer's files.</param>
/// <param name="below">Files of the parent layer if the tree includes them (vfs); null if the tree holds only the layer's own
/// files.</param>
/// <param name="whiteouts">Representation of whiteouts in the tree.</param>
/// <param name="ownersTold">Whether owners, devices and attributes on disk equal those in the tar. False in a user namespace and for layers
/// with shifted owners.</param>
internal sealed class TreeExamination(DirectoryHandle tree, DirectoryHandle? below, WhiteoutFormat whiteouts, bool ownersTold) : IDisposable
{
    private readonly Dictionary<byte[], TarHeader> _entries = new(ByteStringComparer.Instance);
    private readonly HashSet<byte[]> _ancestors = new(ByteStringComparer.Instance);
    private readonly List<string> _problems = [];
    private readonly Dictionary<byte[], TarHeader> _wrongAttributes = new(ByteStringComparer.Instance);
    private bool _isMore;

    private bool IsOverlay => whiteouts is WhiteoutFormat.Overlay or WhiteoutFormat.OverlayUser;

    /// <summary>Entries that differ only in owner, mode or attributes, which can be restored from the tar. Empty when any other difference
    /// exists.</summary>
    internal IReadOnlyList<TarHeader> Restorable => _isMore ? [] : [.. _wrongAttributes.Values];

    /// <summary>Sets owner, mode and attributes of files to those in the tar.</summary>
    internal static void Restore(DirectoryHandle tree, IReadOnlyList<TarHeader> headers, bool ownersTold)
    {
        foreach (var header in headers)
        {
            var path = LayerPath.Clean(header.Name);
            if (ownersTold)
            {
                // First, because chown clears setuid, setgid and file capabilities.
                tree.SetOwner(path, (uint)header.Uid, (uint)header.Gid);
            }

            if (header.Type != TarEntryType.SymbolicLink)
            {
                tree.SetMode(path, header.Mode & TarHeader.PermissionBits);
            }

            foreach (var (key, value) in header.Xattrs.Where(attribute => ownersTold && TreeComparison.BelongsInLayer(attribute.Key)))
            {
                tree.SetXattr(path, key, value);
            }
        }
    }

    /// <summary>Compares the files with a layer's tar, which is read to its end.</summary>
    /// <returns>The differences, each with its path. Modification times are not compared.</returns>
    internal IReadOnlyList<string> Examine(Stream tar)
    {
        var reader = new TarReader(tar, name: "its tar");
        while (reader.ReadNext() is { } header)
        {
            var path = LayerPath.Clean(header.Name);
            _entries[path] = header;
            if (!NameLimits.Allow(path))
            {
                Tell(path, "has a name that other tools cannot unpack");
                continue;
            }

            for (var parent = LayerPath.Parent(path); !parent.IsEmpty && _ancestors.Add(parent.ToArray()); parent = LayerPath.Parent(parent))
            {
            }
        }

        foreach (var (path, header) in _entries.Where(entry => entry.Key.Length > 0 && NameLimits.Allow(entry.Key)))
        {
            Compare(path, header);
        }

        FindOthers();
        return _problems;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        tree.Dispose();
        below?.Dispose();
    }

    private void Compare(byte[] path, TarHeader header)
    {
        var name = LayerPath.BaseName(path);
        if (name.StartsWith(Whiteout.Prefix))
        {
            CompareWhiteout(path, name);
        }
        else if (!tree.TryStat(path, out var status))
        {
            if (ownersTold || !IsDevice(header))
            {
                Tell(path, "is missing");
            }
        }
        else if (header.Type == TarEntryType.HardLink)
        {
            if (!tree.TryStat(LayerPath.Clean(header.LinkName), out var target) || (target.Inode, target.DeviceId) != (status.Inode, status.DeviceId))
            {
                Tell(path, $"is not the same file as {header.LinkNameText}");
            }
        }
        else if (status.Type != TypeOf(header.Type))
        {
            Tell(path, "is of another type");
        }
        else
        {
            CompareStatus(path, header, status);
        }
    }

    /// <summary>Whether the entry is a device or a hard link to one.</summary>
    private bool IsDevice(TarHeader header) => header.Type is TarEntryType.CharacterDevice or TarEntryType.BlockDevice
        || (header.Type == TarEntryType.HardLink && _entries.TryGetValue(LayerPath.Clean(header.LinkName), out var target)
            && target.Type is TarEntryType.CharacterDevice or TarEntryType.BlockDevice);

    private void CompareStatus(byte[] path, TarHeader header, in FileStatus status)
    {
        var mode = header.Mode & TarHeader.PermissionBits;
        if (status.IsSymbolicLink)
        {
            if (!tree.ReadLink(path).AsSpan().SequenceEqual(header.LinkName))
            {
                Tell(path, $"leads to {tree.ReadLink(Text(path))} instead of {header.LinkNameText}");
            }
        }
        else if (status.Mode != mode)
        {
            TellAttribute(path, header, $"has the mode {Convert.ToString(status.Mode, 8)} instead of {Convert.ToString(mode, 8)}");
        }

        if (status.IsRegular && status.Size != header.Size)
        {
            Tell(path, $"has {status.Size} bytes instead of {header.Size}");
        }

        if (!ownersTold)
        {
            return;
        }

        if ((status.Uid, status.Gid) != ((uint)header.Uid, (uint)header.Gid))
        {
            TellAttribute(path, header, $"belongs to {status.Uid}:{status.Gid} instead of {header.Uid}:{header.Gid}");
        }

        if (status.Type is FileType.CharacterDevice or FileType.BlockDevice && (status.DeviceMajor, status.DeviceMinor) != (header.DeviceMajor, header.DeviceMinor))
        {
            Tell(path, $"is the device {status.DeviceMajor}:{status.DeviceMinor} instead of {header.DeviceMajor}:{header.DeviceMinor}");
        }

        CompareAttributes(path, header);
    }

    private void CompareAttributes(byte[] path, TarHeader header)
    {
        foreach (var (key, value) in header.Xattrs.Where(attribute => TreeComparison.BelongsInLayer(attribute.Key)))
        {
            if (tree.GetXattr(path, key) is not { } now || !now.AsSpan().SequenceEqual(value))
            {
                TellAttribute(path, header, $"lacks its attribute {Text(key)}, or has another value");
            }
        }

        foreach (var key in tree.ListXattrs(path))
        {
            if (TreeComparison.BelongsInLayer(key) && !header.Xattrs.Any(attribute => attribute.Key.AsSpan().SequenceEqual(key)))
            {
                Tell(path, $"has the attribute {Text(key)}, which is not its own");
            }
        }
    }

    private void CompareWhiteout(byte[] path, ReadOnlySpan<byte> name)
    {
        var parent = LayerPath.Parent(path);
        if (Whiteout.IsOpaqueMarker(name))
        {
            if (IsOverlay && !(tree.GetXattr(parent, OverlayXattr.Opaque(whiteouts)) is [(byte)'y']))
            {
                Tell(parent, "shows what lower layers have in it");
            }
        }
        else if (Whiteout.TryGetHidden(name, out var hidden))
        {
            byte[] of = [.. parent, .. parent.IsEmpty ? ""u8 : "/"u8, .. hidden];
            var isThere = tree.TryStat(of, out var status);

            // If the parent is not a directory in the tree, it is hidden itself, and the whiteout has no effect.
            var isHidden = IsOverlay ? isThere ? status.IsOverlayWhiteout : !(tree.TryStat(parent, out var place) && place.IsDirectory) : !isThere;
            if (!isHidden && !_entries.ContainsKey(of))
            {
                Tell(of, "is not hidden");
            }
        }
    }

    /// <summary>Finds files that the tar does not have. Sockets are ignored, because tar cannot hold them.</summary>
    private void FindOthers()
    {
        using var walk = new DirectoryWalk(tree);
        while (walk.MoveNext())
        {
            var entry = walk.Current;
            var path = walk.Path;
            if (!NameLimits.Allow(path))
            {
                continue;
            }

            if (!_entries.ContainsKey(path) && !_ancestors.Contains(path) && entry.Type != FileType.Socket
                && !(entry.Type == FileType.CharacterDevice && _entries.ContainsKey(Whiteout.Of(path))) && below?.Exists(path) != true)
            {
                Tell(path, "is not in its tar");
            }
            else
            {
                walk.TryEnter();
            }
        }
    }

    private void Tell(ReadOnlySpan<byte> path, string what)
    {
        _problems.Add($"{LinuxException.Shorten(Text(path))} {what}");
        _isMore = true;
    }

    private void TellAttribute(byte[] path, TarHeader header, string what)
    {
        _problems.Add($"{LinuxException.Shorten(Text(path))} {what}");
        _wrongAttributes[path] = header;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes);

    private static FileType TypeOf(TarEntryType type) => type switch
    {
        TarEntryType.Directory => FileType.Directory,
        TarEntryType.SymbolicLink => FileType.SymbolicLink,
        TarEntryType.CharacterDevice => FileType.CharacterDevice,
        TarEntryType.BlockDevice => FileType.BlockDevice,
        TarEntryType.Fifo => FileType.Fifo,
        _ => FileType.Regular,
    };
}
