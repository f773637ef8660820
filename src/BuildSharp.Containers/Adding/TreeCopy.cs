using System.Text;
using BuildSharp.Containers.Adding.Digests;
using BuildSharp.Containers.Adding.Sources;
using BuildSharp.Containers.Adding.Targets;
using BuildSharp.Linux;
using BuildSharp.Oci.Layers;
using BuildSharp.Oci.Reporting;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Containers.Adding;

/// <summary>Copies and hashes one item; a directory with its content.</summary>
/// <param name="rules">Owners, modes and times.</param>
/// <param name="digest">Receives the entries.</param>
/// <param name="target">The container; null to hash only.</param>
/// <param name="filter">Files to leave out; null for none.</param>
/// <param name="progress">Counts the bytes of files; null to count nothing.</param>
/// <param name="cancellation">Stops the copy, also within a file.</param>
internal sealed class TreeCopy(
    NewItemRules rules, ItemDigest digest, TargetTree? target, IPathFilter? filter, ProgressItem? progress, CancellationToken cancellation)
{
    // A file is copied and then hashed; each counts for half of its bytes.
    private readonly Action<long>? _count =
        progress is null ? null : target is null ? progress.Add : bytes => progress.Add(bytes / 2);

    // For each file with several links: its first name in the digest, and its path in the container.
    private readonly Dictionary<(ulong Device, ulong Inode), (byte[] Name, byte[] Path)> _linked = [];

    /// <summary>Number of copied entries.</summary>
    public int Count { get; private set; }

    /// <summary>Copies one item other than a directory.</summary>
    /// <param name="source">Directory of the item.</param>
    /// <param name="sourceName">Its name there.</param>
    /// <param name="status">Its status.</param>
    /// <param name="name">Its path in the digest, from the top of the copied item.</param>
    /// <param name="into">Directory to copy to, under the last part of <paramref name="name"/>.</param>
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

        if (status.IsRegular && digest.TryFind(status, out var content))
        {
            digest.AddKnown(HeaderOf(status, name, TarEntryType.RegularFile, [], []), content);
            return;
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

    /// <summary>Copies the content of a directory, sorted by name.</summary>
    /// <param name="source">The directory.</param>
    /// <param name="path">Its path from the source's root, for the filter.</param>
    /// <param name="name">Its path in the digest; empty at the top.</param>
    /// <param name="into">Directory to copy to.</param>
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

    /// <summary>Copies a directory with its content.</summary>
    /// <param name="source">The directory.</param>
    /// <param name="status">Its status.</param>
    /// <param name="path">Its path from the source's root.</param>
    /// <param name="name">Its path in the digest.</param>
    /// <param name="into">The new directory.</param>
    /// <param name="contentOnly">Whether the directory itself is left out.</param>
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

    /// <summary>Copies one entry at the position. For a directory, copies only itself and moves the position into it.</summary>
    private void CopyEntry(DirectoryPosition position, in NamedEntry entry, byte[] path, byte[] name, Stack<Level> levels)
    {
        var ignored = false;
        if (filter is not null)
        {
            var text = Encoding.UTF8.GetString(SourcePattern.Join(path, position.PathOf(entry.Name)));
            ignored = filter.IsIgnored(text);
            if (ignored && (entry.Type is not (FileType.Directory or FileType.Unknown) || !filter.MayContainIncluded(text)))
            {
                // Skip stat as well, so that for an ignored directory only the names are read.
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

    /// <summary>Hashes the entry of a directory and creates it.</summary>
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

    /// <summary>Sets the time of a directory, after its last item.</summary>
    public void FinishDirectory(in FileStatus status, TargetDirectory? directory)
    {
        var time = rules.TimeOf(status);
        directory?.Handle.SetTimes(time.UnixSeconds, time.Nanoseconds);
    }

    private void CopyFile(
        DirectoryHandle source, byte[] sourceName, in FileStatus status, TarHeader header, byte[] last, TargetDirectory? into)
    {
        // Non-blocking, because another process may have replaced the file by a pipe since its status was read.
        using var file = source.OpenFile(sourceName, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        using var item = into is null ? null : new UnfinishedItem(into.Handle, last);
        if (item is not null)
        {
            using var copy = item.CreateFile();
            FileCopy.Content(file, copy, status, cancellation, _count);
        }

        using var content = new FileContent(file, cancellation, _count);
        digest.AddFile(header, content, file, status, hasXattrs: header.Xattrs.Count > 0);
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
            // In a tar, the name of a directory ends in a slash.
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

    /// <summary>A directory that is being copied.</summary>
    /// <param name="Entries">Entries still to copy.</param>
    /// <param name="Into">Directory to copy to.</param>
    /// <param name="Status">Its status.</param>
    /// <param name="IsCopied">Whether the directory itself is copied; then its time is set after its last entry.</param>
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
