using System.Text;
using BuildSharp.Containers.Adding.Archives;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Containers.Adding.Digests;

/// <summary>Hashes one item as buildah does, so that history entries are equal: the digest of a tar of the item, as Go's archive/tar writes
/// it, with all times zero.</summary>
/// <remarks>Determined by experiments with buildah 1.43: ustar headers (pax where a field does not fit), numeric owners without names,
/// modes without file type, the entries of a directory without the directory itself, two zero blocks at the end. Account names of this
/// machine therefore have no effect. Entries of an unpacked archive keep their headers except for times; GNU archives keep the GNU
/// format.</remarks>
internal sealed class ItemDigest : IDisposable
{
    private readonly DigestingStream _hash = new(Stream.Null);
    private readonly BufferedStream _buffer;
    private readonly TarWriter? _writer;
    private readonly GnuTarHeaders? _gnu;
    private readonly FileRecorder? _files;
    private readonly string _place;

    /// <param name="gnuFormat">Whether headers have GNU's format.</param>
    /// <param name="files">Takes the entries down; null for none.</param>
    /// <param name="place">What comes before the name of an entry there, when it ends in <c>/</c> or <c>!</c> or is empty; else the path of
    /// the only entry.</param>
    public ItemDigest(bool gnuFormat = false, FileRecorder? files = null, string place = "")
    {
        (_files, _place) = (files, place);
        _buffer = new BufferedStream(_hash, 64 * 1024);
        if (gnuFormat)
        {
            _gnu = new GnuTarHeaders(_buffer);
        }
        else
        {
            _writer = new TarWriter(_buffer);
        }
    }

    /// <summary>Adds an entry.</summary>
    /// <param name="header">The entry; its time must be zero.</param>
    /// <param name="content">Exactly as many bytes as the header says.</param>
    public void Add(TarHeader header, Stream content)
    {
        if (_files is null)
        {
            Write(header, content);
            return;
        }

        using var hashed = new DigestingStream(content, leaveOpen: true);
        Write(header, hashed);
        var attributes = string.Concat(header.Xattrs.Select(xattr => $"{Convert.ToHexStringLower(xattr.Key)}={Convert.ToHexStringLower(xattr.Value)}\n"));
        _files.Add(new FileFacts(
            _place is "" or [.., '/' or '!'] ? _place + header.NameText : _place, header.Type.ToString(), Convert.ToString(header.Mode, 8), $"{header.Uid}:{header.Gid}",
            header.Type == TarEntryType.RegularFile ? hashed.Complete().ToString() : header.LinkNameText,
            attributes.Length == 0 ? "" : Digest.Sha256(Encoding.ASCII.GetBytes(attributes)).ToString()));
    }

    private void Write(TarHeader header, Stream content)
    {
        if (_gnu is not null)
        {
            _gnu.Write(header, content);
        }
        else
        {
            _writer!.Write(header, content);
        }
    }

    public Digest Complete()
    {
        _gnu?.Complete();
        _writer?.Complete();
        _buffer.Flush();
        return _hash.Complete();
    }

    public void Dispose()
    {
        _buffer.Dispose();
        _hash.Dispose();
    }
}
