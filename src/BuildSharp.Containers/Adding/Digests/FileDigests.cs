using System.Collections;
using BuildSharp.Linux;
using BuildSharp.Oci;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Containers.Adding.Digests;

/// <summary>Remembers from build to build the digests of the files of a context, so that of files that have not changed only the status is
/// read. May be used by several tasks.</summary>
/// <remarks>
/// <para>A remembered digest is never that of other content. It is used if inode, size, modification time and change time are as they were
/// (<see cref="FileState"/>), and the file system is one on which every change of content sets the change time, which no program can choose
/// (<see cref="ChangeTime"/>). When the digest was computed, nobody had the file open for writing, so a change after that began with an
/// opening after that, and set the change time to the clock of that moment. The old change time was at least <see cref="Coarsest"/> before,
/// more than one tick of any clock that stamps files, so the new one differs. A file that was changed later than that is not remembered
/// yet. A new file with the number of a removed one has the time of its creation. What this trusts are root's acts alone: not to set the
/// clock back to the very tick, and not to write past the file system.</para>
/// <para>The digest of a copied item covers the content of all its files in one stream, so those of the files do not give it. Items are
/// remembered by a digest that has each file's digest in place of its content (<see cref="ItemDigest"/>).</para>
/// <para>A file in the store for each context; it can be deleted at any time. It is replaced as a whole, by the last of several
/// builds.</para>
/// </remarks>
public sealed class FileDigests
{
    /// <summary>Most files that are remembered of a context. Beyond them, those go that the build did not come across.</summary>
    public const int Most = 200_000;

    /// <summary>Most bytes of all contexts together; the one that was written first goes first.</summary>
    private const long MostBytes = 64 << 20;

    /// <summary>More than the unit of any time of a file: a second on ext3, else a tick of the kernel's clock, 10 ms or less.</summary>
    private static readonly TimeSpan Coarsest = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly ulong _device;
    private readonly Timestamp _settled;
    private readonly IProgress<string>? _debug;
    private readonly DigestsFile _before;
    private readonly BitArray _met;
    private readonly Dictionary<ulong, KnownFile> _new = [];
    private readonly Dictionary<Digest, Digest> _items;
    private bool _hasNewItems;

    private FileDigests(string path, ulong device, Timestamp settled, IProgress<string>? debug)
    {
        (_path, _device, _settled, _debug) = (path, device, settled, debug);
        _before = Read();
        _met = new BitArray(_before.Files.Length);
        _items = _before.Items.ToDictionary(item => item.Key.ToDigest(), item => item.Item.ToDigest());
    }

    /// <summary>Opens what is remembered of a context; null where a status proves nothing.</summary>
    /// <param name="directory">Directory of the files of all contexts.</param>
    /// <param name="context">Absolute path of the context.</param>
    /// <param name="now">The time, before any file of the context is read.</param>
    /// <param name="debug">Receives why nothing is remembered; null to report nothing.</param>
    /// <exception cref="BuildSharpException">The context cannot be opened.</exception>
    public static FileDigests? TryOpen(string directory, string context, DateTimeOffset now, IProgress<string>? debug)
    {
        try
        {
            using var root = DirectoryHandle.Open(context);
            if (!ChangeTime.TellsChanges(root, out var fileSystem))
            {
                debug?.Report($"{context}: its file system does not tell every change of a file, so digests are not remembered");
                return null;
            }

            // Not the path: a context that is moved stays the same.
            var status = root.Stat();
            var name = Digest.Sha256(System.Text.Encoding.ASCII.GetBytes($"{fileSystem} {status.DeviceId} {status.Inode}")).Hex;
            return new FileDigests(Path.Combine(directory, name), status.DeviceId, Timestamp.From(now - Coarsest), debug);
        }
        catch (LinuxException error)
        {
            throw new BuildSharpException($"opening the context {context}: {error.Reason}", error);
        }
    }

    /// <summary>Writes what this build has added; without anything new, writes nothing.</summary>
    public void Save()
    {
        lock (_lock)
        {
            if (_new.Count == 0 && !_hasNewItems)
            {
                return;
            }

            try
            {
                var directory = Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
                new DigestsFile(Remaining(), [.. _items.Select(item => new KnownItem(item.Key, item.Value)).TakeLast(DigestsFile.MostItems)]).Write(_path);
                var size = 0L;
                // Another build may rename its temporary file meanwhile.
                foreach (var file in directory.EnumerateFiles().Where(file => file.Exists).OrderByDescending(file => file.LastWriteTimeUtc))
                {
                    size += file.Length;
                    if (size > MostBytes)
                    {
                        file.Delete();
                    }
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                _debug?.Report($"{_path}: {error.Message}");
            }
        }
    }

    /// <summary>Finds the digest of a file that has not changed. Such a file has no extended attributes that are copied.</summary>
    internal bool TryFind(in FileStatus status, out Digest content)
    {
        var state = FileState.Of(status);
        content = default;
        if (status.DeviceId != _device)
        {
            return false;
        }

        lock (_lock)
        {
            if (_new.TryGetValue(state.Inode, out var added))
            {
                content = added.State == state ? added.Content.ToDigest() : default;
            }
            else if (_before.IndexOf(state) is var index and >= 0)
            {
                _met[index] = true;
                content = _before.Files[index].Content.ToDigest();
            }
        }

        return !content.IsDefault;
    }

    /// <summary>Asks, before a file is read, whether its digest can be remembered.</summary>
    /// <param name="file">The file.</param>
    /// <param name="status">Its status before it was opened.</param>
    /// <returns>Its state, for <see cref="Note"/>; null when its digest proves nothing about later.</returns>
    internal FileState? Watch(SafeFileHandle file, in FileStatus status)
    {
        if (status.DeviceId != _device || new Timestamp(status.ChangedSeconds, status.ChangedNanoseconds) >= _settled || !ChangeTime.HasNoWriter(file))
        {
            return null;
        }

        // After the question for writers: what changes the file later changes its state.
        var state = FileState.Of(FileDescriptor.Stat(file));
        return state == FileState.Of(status) ? state : null;
    }

    /// <summary>Remembers the digest of a file without extended attributes that are copied.</summary>
    /// <param name="state">What <see cref="Watch"/> returned before it was read.</param>
    /// <param name="content">Digest of what was read.</param>
    internal void Note(in FileState state, Digest content)
    {
        lock (_lock)
        {
            if (_new.Count < Most)
            {
                _new[state.Inode] = new KnownFile(state, content);
            }
        }
    }

    /// <summary>Digest of an item; <c>default</c> when it is unknown.</summary>
    /// <param name="key">Digest of the item with digests in place of content.</param>
    internal Digest FindItem(Digest key)
    {
        lock (_lock)
        {
            return _items.GetValueOrDefault(key);
        }
    }

    /// <summary>Remembers the digest of an item.</summary>
    internal void NoteItem(Digest key, Digest item)
    {
        lock (_lock)
        {
            _hasNewItems |= _items.TryAdd(key, item);
        }
    }

    private KnownFile[] Remaining()
    {
        var keepsAll = _before.Files.Length + _new.Count <= Most;
        var old = _before.Files.Where((file, index) => (keepsAll || _met[index]) && !_new.ContainsKey(file.State.Inode));
        return [.. _new.Values.Concat(old).Take(Most).OrderBy(file => file.State.Inode)];
    }

    private DigestsFile Read()
    {
        try
        {
            return DigestsFile.Read(_path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            // Nothing is remembered of this context.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            _debug?.Report($"{_path}: {error.Message}");
        }

        return new DigestsFile([], []);
    }
}
