namespace BuildSharp.Oci.Layers;

/// <summary>Reads a blob and verifies its length and hash. The data is verified only after a read returned 0 bytes.</summary>
public sealed class VerifyingStream : ReadOnlyStream
{
    private readonly Stream _inner;
    private readonly Digest _expected;
    private readonly long? _size;
    private readonly string _name;
    private readonly bool _leaveOpen;
    private readonly RunningDigest? _sha512;
    private readonly Sha256Pipeline? _sha256;
    private long _read;
    private bool _verified;

    /// <summary>Creates the stream.</summary>
    /// <param name="inner">The bytes to verify.</param>
    /// <param name="expected">Expected hash.</param>
    /// <param name="size">Expected length; null when unknown. No more bytes than this are returned.</param>
    /// <param name="name">Name of the blob in messages.</param>
    /// <param name="leaveOpen">Whether <paramref name="inner"/> stays open.</param>
    public VerifyingStream(Stream inner, Digest expected, long? size, string name = "blob", bool leaveOpen = false)
    {
        _inner = inner;
        _expected = expected;
        _size = size;
        _name = name;
        _leaveOpen = leaveOpen;
        if (expected.Algorithm == "sha512")
        {
            _sha512 = new RunningDigest("sha512");
        }
        else
        {
            _sha256 = new Sha256Pipeline();
        }
    }

    /// <summary>The expected length, if known.</summary>
    public override long Length => _size ?? throw new NotSupportedException();

    /// <summary>Number of bytes read so far; cannot be set.</summary>
    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="BuildSharpException">The blob is longer or shorter than expected or has another hash.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        var read = _inner.Read(buffer);
        Pass(buffer[..read]);
        return read;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        var read = await _inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Pass(buffer.Span[..read]);
        return read;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _sha256?.Dispose();
            _sha512?.Dispose();
            if (!_leaveOpen)
            {
                _inner.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private void Pass(ReadOnlySpan<byte> bytes)
    {
        _read += bytes.Length;
        if (_read > _size)
        {
            throw new BuildSharpException($"{_name} is longer than the {_size} bytes announced for {_expected}");
        }

        if (!bytes.IsEmpty)
        {
            _sha256?.Append(bytes);
            _sha512?.Append(bytes);
        }
        else if (!_verified)
        {
            VerifyAtEnd();
        }
    }

    private void VerifyAtEnd()
    {
        if (_size is { } size && _read != size)
        {
            throw new BuildSharpException($"{_name} ends after {_read} bytes; {size} were announced for {_expected}");
        }

        var actual = _sha256?.Complete() ?? _sha512!.Complete();
        if (actual != _expected)
        {
            throw new BuildSharpException($"{_name}: got {actual} ({_read} bytes), expected {_expected}");
        }

        _verified = true;
    }
}
