using System.Buffers;
using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Containers.Adding.Digests;

/// <summary>Hashes one item as buildah does, so that history entries are equal: the digest of a tar of the item, as Go's archive/tar writes
/// it, with all times zero.</summary>
/// <remarks>Determined by experiments with buildah 1.43: ustar headers (pax where a field does not fit), numeric owners without names,
/// modes without file type, the entries of a directory without the directory itself, two zero blocks at the end. Account names of this
/// machine therefore have no effect. Entries of an unpacked archive keep their headers except for times; GNU archives keep the GNU
/// format.</remarks>
internal sealed class ItemDigest : IDisposable
{
    private const int MostBuffered = 256 * 1024;

    // The tar; null when the item is only looked for among those that are remembered.
    private readonly TarDigest? _whole;
    // The same with the digest of each file in place of its content: equal for equal items, and known from digests of files.
    private readonly TarDigest? _key;
    private readonly FileDigests? _known;
    private readonly ManyDigests _contents = new();
    private byte[]? _buffer;
    private readonly FileRecorder? _files;
    private readonly string _place;

    /// <param name="gnuFormat">Whether headers have GNU's format.</param>
    /// <param name="files">Takes the entries down; null for none.</param>
    /// <param name="place">What comes before the name of an entry there, when it ends in <c>/</c> or <c>!</c> or is empty; else the path of
    /// the only entry.</param>
    /// <param name="known">Remembers the digests; null for not.</param>
    public ItemDigest(bool gnuFormat = false, FileRecorder? files = null, string place = "", FileDigests? known = null)
        : this(new TarDigest(gnuFormat), files, place, known)
    {
    }

    private ItemDigest(TarDigest? whole, FileRecorder? files, string place, FileDigests? known)
    {
        (_whole, _files, _place, _known) = (whole, files, place, known);
        _key = known is null ? null : new TarDigest(gnuFormat: false);
    }

    /// <summary>Looks an item up among those that are remembered. Only files that have changed are read.</summary>
    public static ItemDigest OfKnown(FileDigests known, FileRecorder? files, string place) => new(null, files, place, known);

    /// <summary>Adds an entry.</summary>
    /// <param name="header">The entry; its time must be zero.</param>
    /// <param name="content">Exactly as many bytes as the header says.</param>
    public void Add(TarHeader header, Stream content) => AddHashed(header, content);

    /// <summary>Adds a file of a directory.</summary>
    /// <param name="header">Its entry; its time must be zero.</param>
    /// <param name="content">Exactly as many bytes as the header says.</param>
    /// <param name="file">The open file, not read yet.</param>
    /// <param name="status">Its status before it was opened.</param>
    /// <param name="hasXattrs">Whether it has extended attributes that are copied. Then it is not remembered.</param>
    public void AddFile(TarHeader header, Stream content, SafeFileHandle file, in FileStatus status, bool hasXattrs)
    {
        var state = hasXattrs ? null : _known?.Watch(file, status);
        var digest = AddHashed(header, content);
        if (state is not null)
        {
            _known!.Note(state.Value, digest);
        }
    }

    /// <summary>Whether a file need not be read, because it has not changed since its digest was remembered. It has no extended attributes
    /// that are copied.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="content">Its digest, for <see cref="AddKnown"/>.</param>
    public bool TryFind(in FileStatus status, out Digest content)
    {
        content = default;
        return _whole is null && _known!.TryFind(status, out content);
    }

    /// <summary>Adds a file that is not read.</summary>
    /// <param name="header">Its entry; its time must be zero.</param>
    /// <param name="content">Digest of its content.</param>
    public void AddKnown(TarHeader header, Digest content) => TakeDown(header, content);

    /// <summary>The digest; of a looked up item <c>default</c> when it is not remembered.</summary>
    public Digest Complete()
    {
        if (_whole is null)
        {
            return _known!.FindItem(_key!.Complete());
        }

        var digest = _whole.Complete();
        if (_key is not null)
        {
            _known!.NoteItem(_key.Complete(), digest);
        }

        return digest;
    }

    public void Dispose()
    {
        _whole?.Dispose();
        _key?.Dispose();
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }
    }

    private Digest AddHashed(TarHeader header, Stream content)
    {
        if (_files is null && _key is null)
        {
            _whole!.Write(header, content);
            return default;
        }

        var digest = header.Type != TarEntryType.RegularFile ? AddOther(header, content)
            : header.Size <= MostBuffered ? AddBuffered(header, content)
            : AddLong(header, content);
        TakeDown(header, digest);
        return digest;
    }

    private Digest AddOther(TarHeader header, Stream content)
    {
        _whole?.Write(header, content);
        return default;
    }

    private Digest AddBuffered(TarHeader header, Stream content)
    {
        _buffer ??= ArrayPool<byte>.Shared.Rent(MostBuffered);
        var length = content.ReadAtLeast(_buffer.AsSpan(0, (int)header.Size), (int)header.Size, throwOnEndOfStream: false);
        _whole?.Write(header, new MemoryStream(_buffer, 0, length, writable: false));
        return _contents.Of(_buffer.AsSpan(0, length));
    }

    private Digest AddLong(TarHeader header, Stream content)
    {
        using var hashed = new DigestingStream(content, leaveOpen: true);
        if (_whole is not null)
        {
            _whole.Write(header, hashed);
        }
        else
        {
            hashed.CopyTo(Stream.Null);
        }

        return hashed.Complete();
    }

    private void TakeDown(TarHeader header, Digest content)
    {
        if (content.IsDefault)
        {
            _key?.Write(header, Stream.Null);
        }
        else
        {
            _key?.Write(header with { Size = content.Hex.Length }, new MemoryStream(Encoding.ASCII.GetBytes(content.Hex)));
        }

        if (_files is null)
        {
            return;
        }

        var attributes = string.Concat(header.Xattrs.Select(xattr => $"{Convert.ToHexStringLower(xattr.Key)}={Convert.ToHexStringLower(xattr.Value)}\n"));
        _files.Add(new FileFacts(
            _place is "" or [.., '/' or '!'] ? _place + header.NameText : _place, header.Type.ToString(), Convert.ToString(header.Mode, 8), $"{header.Uid}:{header.Gid}",
            header.Type == TarEntryType.RegularFile ? content.ToString() : header.LinkNameText,
            attributes.Length == 0 ? "" : Digest.Sha256(Encoding.ASCII.GetBytes(attributes)).ToString()));
    }
}
