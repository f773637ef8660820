using BuildSharp.Oci;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Containers.Adding;

/// <summary>Hashes one item as buildah does, so that history entries agree: the tar of the item with all times zero, in the form that
/// Go's archive/tar gives it.</summary>
/// <remarks>Experiments with buildah 1.43: ustar headers (pax ones where a field does not fit), owners as numbers and without names,
/// mode without file type, entries below a directory without the directory itself, two zero blocks last. So the user of this machine
/// who owns a source makes no difference. Entries of an unpacked archive keep what they say but their times, and GNU archives stay
/// GNU.</remarks>
internal sealed class ItemDigest : IDisposable
{
    private readonly DigestingStream _hash = new(Stream.Null);
    private readonly BufferedStream _buffer;
    private readonly TarWriter? _writer;
    private readonly GnuTarHeaders? _gnu;

    public ItemDigest(bool gnuFormat = false)
    {
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
    /// <param name="content">As many bytes as the header says.</param>
    public void Add(TarHeader header, Stream content)
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
