using BuildSharp.Containers.Adding.Sources;
using BuildSharp.Containers.Adding.Targets;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Containers.Adding.Archives;

/// <summary>Extracts archive entries below a directory of the container. An entry's name can leave that directory only through existing
/// links, and those are resolved inside the container.</summary>
internal sealed class ArchiveExtraction : IDisposable
{
    private readonly TargetTree _tree;
    private readonly byte[] _top;
    private readonly CancellationToken _cancellation;
    private readonly List<(byte[] Path, Timestamp Time)> _directories = [];
    private byte[] _parentPath;
    private TargetDirectory _parent;

    public ArchiveExtraction(TargetTree tree, byte[] top, CancellationToken cancellation)
    {
        _tree = tree;
        _top = top;
        _cancellation = cancellation;
        _parentPath = top;
        _parent = tree.MakeDirectories(top);
    }

    /// <summary>Extracts one entry.</summary>
    /// <param name="header">The entry.</param>
    /// <param name="content">Its content.</param>
    /// <param name="observe">Receives the content, to be read once.</param>
    public void Put(TarHeader header, Stream content, Action<Stream> observe)
    {
        var path = Inside(header.Name);
        NameLimits.Require(path);
        var slash = path.AsSpan().LastIndexOf((byte)'/');
        var name = path[(slash + 1)..];
        if (path.Length == _top.Length)
        {
            // The entry "./" often has the mode 0700 of a mktemp directory, which must not be applied to the root of the image.
            observe(content);
            if (path.Length == 0)
            {
                return;
            }

            using var directory = _tree.Root.OpenDirectory(path);
            PutDirectory(directory, path, header);
            return;
        }

        Enter(slash < 0 ? [] : path[..slash]);
        if (header.Type == TarEntryType.Directory)
        {
            observe(content);
            using var directory = _parent.Child(name);
            PutDirectory(directory.Handle, path, header);
            return;
        }

        using var item = new UnfinishedItem(_parent.Handle, name);
        switch (header.Type)
        {
            case TarEntryType.HardLink:
                observe(content);
                _tree.CreateHardLink(Inside(header.LinkName), _parent.Handle, name);
                item.Complete();
                return;
            case TarEntryType.SymbolicLink:
                observe(content);
                _tree.CreateSymbolicLink(_parent.Handle, name, header.LinkName);
                break;
            case TarEntryType.CharacterDevice:
            case TarEntryType.BlockDevice:
            case TarEntryType.Fifo:
                observe(content);
                if (!_tree.TryCreateNode(_parent.Handle, name, NodeType(header.Type), header.DeviceMajor, header.DeviceMinor))
                {
                    return;
                }

                break;
            default:
                using (var file = item.CreateFile())
                using (var copying = new CopyingReader(content, file, header.SparseExtents, _cancellation))
                {
                    observe(copying);
                    if (header.SparseExtents is not null)
                    {
                        // Set the length for a hole at the end, which no write produces.
                        FileDescriptor.SetLength(file, header.Size);
                    }
                }

                break;
        }

        TargetTree.SetAttributes(_parent.Handle, item.Name, AttributesOf(header));
        item.Complete();
    }

    /// <summary>Sets the times of directories, which must happen after the last entry was written into them.</summary>
    public void Complete()
    {
        for (var i = _directories.Count - 1; i >= 0; i--)
        {
            var (path, time) = _directories[i];
            using var directory = _tree.Root.TryOpenDirectory(path.Length == 0 ? "."u8 : path, followLinks: true);
            directory?.SetTimes(time.UnixSeconds, time.Nanoseconds);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _parent.Dispose();

    private void PutDirectory(DirectoryHandle directory, byte[] path, TarHeader header)
    {
        var attributes = AttributesOf(header);
        TargetTree.SetAttributes(directory, attributes);
        _directories.Add((path, attributes.ModifiedAt));
    }

    private void Enter(byte[] path)
    {
        if (path.AsSpan().SequenceEqual(_parentPath))
        {
            return;
        }

        _parent.Dispose();
        _parent = _tree.MakeDirectories(path);
        _parentPath = path;
    }

    private byte[] Inside(byte[] entryName)
    {
        var path = _top;
        foreach (var range in MemoryExtensions.Split(entryName, (byte)'/'))
        {
            var part = entryName[range];
            if (part.AsSpan().SequenceEqual(".."u8))
            {
                var slash = path.AsSpan().LastIndexOf((byte)'/');
                path = path.Length == _top.Length ? _top : path[..Math.Max(slash, 0)];
            }
            else if (part.Length > 0 && !part.AsSpan().SequenceEqual("."u8))
            {
                path = SourcePattern.Join(path, part);
            }
        }

        return path;
    }

    private ItemAttributes AttributesOf(TarHeader header) => new(
        (uint)header.Uid,
        (uint)header.Gid,
        header.Mode & TarHeader.PermissionBits,
        _tree.Rules.ModifiedAt ?? header.ModifiedAt,
        [.. header.Xattrs.Where(xattr => CopiedXattrs.Travels(xattr.Key))],
        header.Type == TarEntryType.SymbolicLink);

    private static FileType NodeType(TarEntryType type) => type switch
    {
        TarEntryType.CharacterDevice => FileType.CharacterDevice,
        TarEntryType.BlockDevice => FileType.BlockDevice,
        _ => FileType.Fifo,
    };
}
