using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci.Layers;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Containers.Adding;

/// <summary>Copies one item, with all below it when it is a directory, and hashes it on the way.</summary>
/// <param name="rules">Owners, modes and times.</param>
/// <param name="digest">Where the entries are hashed.</param>
/// <param name="target">Where they are put; null only hashes.</param>
/// <param name="filter">What is left out; null for nothing.</param>
/// <param name="cancellation">Stops it, within a file too.</param>
internal sealed class TreeCopy(
    NewItemRules rules, ItemDigest digest, TargetTree? target, IPathFilter? filter, CancellationToken cancellation)
{
    // The first name, for the digest and in the container, of each file that has several.
    private readonly Dictionary<(ulong Device, ulong Inode), (byte[] Name, byte[] Path)> _linked = [];

    /// <summary>How many entries were copied.</summary>
    public int Count { get; private set; }

    /// <summary>Copies one item that is not a directory.</summary>
    /// <param name="source">The directory that the item is in.</param>
    /// <param name="sourceName">Its name there.</param>
    /// <param name="status">Its status.</param>
    /// <param name="name">Its name in the digest, from the top of the item.</param>
    /// <param name="into">Where it is put, under the last part of <paramref name="name"/>.</param>
    public void CopyOne(DirectoryHandle source, byte[] sourceName, in FileStatus status, byte[] name, TargetDirectory? into)
    {
        if (status.Type == FileType.Socket)
        {
            return;
        }

        cancellation.ThrowIfCancellationRequested();
        NameLimits.Require(name);
        Count++;
        var last = name[(name.AsSpan().LastIndexOf((byte)'/') + 1)..];
        NameLimits.Require(into is null ? [] : into.Path, last);
        if (status is { IsRegular: true, LinkCount: > 1 })
        {
            var key = (status.DeviceId, status.Inode);
            if (_linked.TryGetValue(key, out var first))
            {
                digest.Add(HeaderOf(status, name, TarEntryType.HardLink, first.Name, []), Stream.Null);
                target?.CreateHardLink(first.Path, into!.Handle, last);
                return;
            }

            _linked.Add(key, (name, into is null ? [] : SourcePattern.Join(into.Path, last)));
        }

        var xattrs = CopiedXattrs.Read(source, sourceName);
        if (status.IsRegular)
        {
            CopyFile(source, sourceName, status, HeaderOf(status, name, TarEntryType.RegularFile, [], xattrs), last, into);
            return;
        }

        using var item = into is null ? null : new UnfinishedItem(into.Handle, last);
        switch (status.Type)
        {
            case FileType.SymbolicLink:
                var link = source.ReadLink(sourceName);
                digest.Add(HeaderOf(status, name, TarEntryType.SymbolicLink, link, xattrs), Stream.Null);
                target?.CreateSymbolicLink(into!.Handle, last, link);
                break;
            default:
                var type = status.Type switch
                {
                    FileType.CharacterDevice => TarEntryType.CharacterDevice,
                    FileType.BlockDevice => TarEntryType.BlockDevice,
                    _ => TarEntryType.Fifo,
                };
                digest.Add(HeaderOf(status, name, type, [], xattrs), Stream.Null);
                if (target?.TryCreateNode(into!.Handle, last, status.Type, status.DeviceMajor, status.DeviceMinor) == false)
                {
                    return;
                }

                break;
        }

        if (into is not null)
        {
            TargetTree.SetAttributes(into.Handle, last, AttributesOf(status, xattrs));
            item!.Complete();
        }
    }

    /// <summary>Copies what is in a directory, by order of names.</summary>
    /// <param name="source">The directory.</param>
    /// <param name="path">Its path from the source's root, for the filter.</param>
    /// <param name="name">Its name in the digest; empty at the top.</param>
    /// <param name="into">Where its content is put.</param>
    public void CopyContent(DirectoryHandle source, byte[] path, byte[] name, TargetDirectory? into)
    {
        using var position = new DirectoryPosition(source);
        var levels = new Stack<Level>([Level.Of(source, into, default, isCopied: false)]);
        try
        {
            while (true)
            {
                var level = levels.Peek();
                if (level.Entries.TryDequeue(out var entry))
                {
                    CopyEntry(position, entry, path, name, levels);
                    continue;
                }

                levels.Pop();
                if (levels.Count == 0)
                {
                    return;
                }

                Finish(level);
                position.Leave();
            }
        }
        finally
        {
            while (levels.Count > 1)
            {
                levels.Pop().Into?.Dispose();
            }
        }
    }

    /// <summary>Copies a directory under its own name.</summary>
    /// <param name="source">The directory.</param>
    /// <param name="status">Its status.</param>
    /// <param name="path">Its path from the source's root.</param>
    /// <param name="name">Its name in the digest.</param>
    /// <param name="into">Where it is put.</param>
    /// <param name="contentOnly">Whether the directory is left out and only what is below it comes.</param>
    public void CopyDirectory(
        DirectoryHandle source, in FileStatus status, byte[] path, byte[] name, TargetDirectory? into, bool contentOnly)
    {
        using var directory = into?.Child(name[(name.AsSpan().LastIndexOf((byte)'/') + 1)..]);
        if (contentOnly)
        {
            CopyContent(source, path, name, directory);
            return;
        }

        AddDirectory(source, status, name, directory);
        CopyContent(source, path, name, directory);
        FinishDirectory(status, directory);
    }

    /// <summary>Copies one entry of the directory at the position, but of a directory only itself; then the position is in it.</summary>
    private void CopyEntry(DirectoryPosition position, in NamedEntry entry, byte[] path, byte[] name, Stack<Level> levels)
    {
        var ignored = false;
        if (filter is not null)
        {
            var text = Encoding.UTF8.GetString(SourcePattern.Join(path, position.PathOf(entry.Name)));
            ignored = filter.IsIgnored(text);
            if (ignored && (entry.Type is not (FileType.Directory or FileType.Unknown) || !filter.MayContainIncluded(text)))
            {
                // Not even looked at: of a large directory behind an ignore file only the names are read.
                return;
            }
        }

        var source = position.Directory;
        var status = source.Stat(entry.Name);
        var entryName = SourcePattern.Join(name, position.PathOf(entry.Name));
        var into = levels.Peek().Into;
        if (!status.IsDirectory)
        {
            if (!ignored)
            {
                CopyOne(source, entry.Name, status, entryName, into);
            }

            return;
        }

        NameLimits.Require(entryName);
        position.Enter(entry.Name);
        var level = Level.Of(position.Directory, into?.Child(entry.Name), status, isCopied: !ignored);
        levels.Push(level);
        if (!ignored)
        {
            AddDirectory(position.Directory, status, entryName, level.Into);
        }
    }

    private void Finish(in Level level)
    {
        using var directory = level.Into;
        if (level.IsCopied)
        {
            FinishDirectory(level.Status, directory);
        }
    }

    /// <summary>Hashes a directory's entry and makes it.</summary>
    public void AddDirectory(DirectoryHandle source, in FileStatus status, byte[] name, TargetDirectory? directory)
    {
        Count++;
        var xattrs = CopiedXattrs.Read(source, "."u8);
        digest.Add(HeaderOf(status, name, TarEntryType.Directory, [], xattrs), Stream.Null);
        if (directory is not null)
        {
            TargetTree.SetAttributes(directory.Handle, AttributesOf(status, xattrs));
        }
    }

    /// <summary>Sets the time of a directory that nothing more goes into.</summary>
    public void FinishDirectory(in FileStatus status, TargetDirectory? directory)
    {
        var time = rules.TimeOf(status);
        directory?.Handle.SetTimes(time.UnixSeconds, time.Nanoseconds);
    }

    private void CopyFile(
        DirectoryHandle source, byte[] sourceName, in FileStatus status, TarHeader header, byte[] last, TargetDirectory? into)
    {
        // Without waiting: the name may have become a pipe since it was looked at.
        using var file = source.OpenFile(sourceName, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        using var item = into is null ? null : new UnfinishedItem(into.Handle, last);
        if (item is not null)
        {
            using var copy = item.CreateFile();
            FileCopy.Content(file, copy, status, cancellation);
        }

        using var content = new FileContent(file, cancellation);
        digest.Add(header, content);
        if (item is not null)
        {
            TargetTree.SetAttributes(into!.Handle, item.Name, AttributesOf(status, header.Xattrs));
            item.Complete();
        }
    }

    private TarHeader HeaderOf(
        in FileStatus status, byte[] name, TarEntryType type, byte[] link, IReadOnlyList<KeyValuePair<byte[], byte[]>> xattrs)
    {
        var (uid, gid) = rules.OwnerOf(status);
        return new TarHeader
        {
            // A directory's name ends in a slash in every tar.
            Name = type == TarEntryType.Directory ? [.. name, (byte)'/'] : name,
            Type = type,
            Mode = rules.ModeOf(status),
            Uid = uid,
            Gid = gid,
            Size = type == TarEntryType.RegularFile ? status.Size : 0,
            LinkName = link,
            DeviceMajor = status.DeviceMajor,
            DeviceMinor = status.DeviceMinor,
            Xattrs = xattrs,
        };
    }

    private ItemAttributes AttributesOf(in FileStatus status, IReadOnlyList<KeyValuePair<byte[], byte[]>> xattrs)
    {
        var (uid, gid) = rules.OwnerOf(status);
        return new ItemAttributes(uid, gid, rules.ModeOf(status), rules.TimeOf(status), xattrs, status.IsSymbolicLink);
    }

    /// <summary>A directory on the way to what is being copied.</summary>
    /// <param name="Entries">Its entries that are still to be copied, by name.</param>
    /// <param name="Into">Where they are put.</param>
    /// <param name="Status">Its status.</param>
    /// <param name="IsCopied">Whether the directory itself comes, too; its time is set when nothing more goes into it.</param>
    private readonly record struct Level(Queue<NamedEntry> Entries, TargetDirectory? Into, FileStatus Status, bool IsCopied)
    {
        public static Level Of(DirectoryHandle source, TargetDirectory? into, in FileStatus status, bool isCopied)
        {
            var entries = source.ReadEntries();
            entries.Sort(static (left, right) => left.Name.AsSpan().SequenceCompareTo(right.Name));
            return new Level(new Queue<NamedEntry>(entries), into, status, isCopied);
        }
    }
}
