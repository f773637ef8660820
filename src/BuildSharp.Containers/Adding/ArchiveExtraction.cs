using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Containers.Adding;

/// <summary>Puts the entries of an archive below a directory of the container. Names cannot lead out of it but through links that are
/// there, and those cannot lead out of the container.</summary>
internal sealed class ArchiveExtraction : IDisposable
{
    private readonly TargetTree tree;
    private readonly byte[] top;
    private readonly CancellationToken cancellation;
    private readonly List<(byte[] Path, Timestamp Time)> directories = [];
    private byte[] parentPath;
    private TargetDirectory parent;

    public ArchiveExtraction(TargetTree tree, byte[] top, CancellationToken cancellation)
    {
        this.tree = tree;
        this.top = top;
        this.cancellation = cancellation;
        parentPath = top;
        parent = tree.MakeDirectories(top);
    }

    /// <summary>Puts one entry.</summary>
    /// <param name="header">The entry.</param>
    /// <param name="content">Its content.</param>
    /// <param name="observe">Is given the content to read, once.</param>
    public void Put(TarHeader header, Stream content, Action<Stream> observe)
    {
        var path = Inside(header.Name);
        NameLimits.Require(path);
        var slash = path.AsSpan().LastIndexOf((byte)'/');
        var name = path[(slash + 1)..];
        if (path.Length == top.Length)
        {
            // "./", the archive's own top. Often it is a directory that mktemp made, for its owner only: nobody means the image's root by it.
            observe(content);
            if (path.Length == 0)
            {
                return;
            }

            using var directory = tree.Root.OpenDirectory(path);
            PutDirectory(directory, path, header);
            return;
        }

        Enter(slash < 0 ? [] : path[..slash]);
        if (header.Type == TarEntryType.Directory)
        {
            observe(content);
            using var directory = parent.Child(name);
            PutDirectory(directory.Handle, path, header);
            return;
        }

        using var item = new UnfinishedItem(parent.Handle, name);
        switch (header.Type)
        {
            case TarEntryType.HardLink:
                observe(content);
                tree.CreateHardLink(Inside(header.LinkName), parent.Handle, name);
                item.Complete();
                return;
            case TarEntryType.SymbolicLink:
                observe(content);
                tree.CreateSymbolicLink(parent.Handle, name, header.LinkName);
                break;
            case TarEntryType.CharacterDevice:
            case TarEntryType.BlockDevice:
            case TarEntryType.Fifo:
                observe(content);
                if (!tree.TryCreateNode(parent.Handle, name, NodeType(header.Type), header.DeviceMajor, header.DeviceMinor))
                {
                    return;
                }

                break;
            default:
                using (var file = item.CreateFile())
                using (var copying = new CopyingReader(content, file, header.SparseExtents, cancellation))
                {
                    observe(copying);
                    if (header.SparseExtents is not null)
                    {
                        // A hole at the end is written by nothing.
                        FileDescriptor.SetLength(file, header.Size);
                    }
                }

                break;
        }

        TargetTree.SetAttributes(parent.Handle, item.Name, AttributesOf(header));
        item.Complete();
    }

    /// <summary>Sets the times of directories, now that nothing more goes into them.</summary>
    public void Complete()
    {
        for (var i = directories.Count - 1; i >= 0; i--)
        {
            var (path, time) = directories[i];
            using var directory = tree.Root.TryOpenDirectory(path.Length == 0 ? "."u8 : path, followLinks: true);
            directory?.SetTimes(time.UnixSeconds, time.Nanoseconds);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => parent.Dispose();

    private void PutDirectory(DirectoryHandle directory, byte[] path, TarHeader header)
    {
        var attributes = AttributesOf(header);
        TargetTree.SetAttributes(directory, attributes);
        directories.Add((path, attributes.ModifiedAt));
    }

    private void Enter(byte[] path)
    {
        if (path.AsSpan().SequenceEqual(parentPath))
        {
            return;
        }

        parent.Dispose();
        parent = tree.MakeDirectories(path);
        parentPath = path;
    }

    private byte[] Inside(byte[] entryName)
    {
        var path = top;
        foreach (var range in MemoryExtensions.Split(entryName, (byte)'/'))
        {
            var part = entryName[range];
            if (part.AsSpan().SequenceEqual(".."u8))
            {
                var slash = path.AsSpan().LastIndexOf((byte)'/');
                path = path.Length == top.Length ? top : path[..Math.Max(slash, 0)];
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
        tree.Rules.ModifiedAt ?? header.ModifiedAt,
        [.. header.Xattrs.Where(xattr => CopiedXattrs.Travels(xattr.Key))],
        header.Type == TarEntryType.SymbolicLink);

    private static FileType NodeType(TarEntryType type) => type switch
    {
        TarEntryType.CharacterDevice => FileType.CharacterDevice,
        TarEntryType.BlockDevice => FileType.BlockDevice,
        _ => FileType.Fifo,
    };
}
