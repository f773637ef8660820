using BuildSharp.Containers.Adding.Archives;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Containers.Adding.Digests;

/// <summary>SHA-256 of a tar that is not kept.</summary>
internal sealed class TarDigest : IDisposable
{
    private readonly DigestingStream _hash = new(Stream.Null);
    private readonly BufferedStream _buffer;
    private readonly TarWriter? _writer;
    private readonly GnuTarHeaders? _gnu;

    /// <param name="gnuFormat">Whether headers have GNU's format.</param>
    public TarDigest(bool gnuFormat)
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

    public void Write(TarHeader header, Stream content)
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

    /// <summary>The digest, with the two zero blocks at the end.</summary>
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
