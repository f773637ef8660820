namespace BuildSharp.Oci;

/// <summary>Hashes many short contents with SHA-256. Once they are long enough together to be worth the loading of OpenSSL, it hashes
/// them.</summary>
public sealed class ManyDigests
{
    private long _length;

    /// <summary>The hash of the next content.</summary>
    public Digest Of(ReadOnlySpan<byte> content)
    {
        _length += content.Length;
        return Digest.Sha256(content, isLong: _length >= Digest.LongContent);
    }
}
