using System.IO.Hashing;

namespace BuildSharp.Oci.Layers.Compression;

/// <summary>The integrity check of the uncompressed bytes of an xz block ("The .xz File Format", section 2.1.1.2).</summary>
internal sealed class XzCheck
{
    // The polynomial of ECMA-182, reflected.
    private static readonly Crc64ParameterSet Ecma = Crc64ParameterSet.Create(
        polynomial: 0x42F0E1EBA9EA3693, initialValue: ulong.MaxValue, finalXorValue: ulong.MaxValue, reflectValues: true);

    private readonly NonCryptographicHashAlgorithm? _crc;
    private RunningDigest? _hash;

    private XzCheck(int size, NonCryptographicHashAlgorithm? crc, RunningDigest? hash)
    {
        Size = size;
        _crc = crc;
        _hash = hash;
    }

    /// <summary>Length of the check in the file, in bytes.</summary>
    public int Size { get; }

    /// <summary>The check of the type that a stream header states.</summary>
    /// <param name="type">0 to 15.</param>
    /// <exception cref="UnsupportedCompressionException">The type is not in use.</exception>
    public static XzCheck Of(int type) => type switch
    {
        0 => new XzCheck(0, null, null),
        1 => new XzCheck(4, new Crc32(), null),
        4 => new XzCheck(8, new Crc64(Ecma), null),
        10 => new XzCheck(32, null, new RunningDigest()),
        _ => throw new UnsupportedCompressionException(
            $"the xz data has an integrity check of the unknown type {type}; compress it again with xz --check=crc64"),
    };

    /// <summary>Adds uncompressed bytes.</summary>
    public void Append(ReadOnlySpan<byte> plain)
    {
        _crc?.Append(plain);
        _hash?.Append(plain);
    }

    /// <summary>Whether the bytes added since the last call match the stored check.</summary>
    /// <param name="stored">The check from the file, <see cref="Size"/> bytes.</param>
    public bool CompleteIs(ReadOnlySpan<byte> stored)
    {
        if (_hash is not null)
        {
            using var complete = _hash;
            _hash = new RunningDigest();
            return Convert.ToHexStringLower(stored) == complete.Complete().Hex;
        }

        // For a reflected CRC the library writes the lowest byte first, as xz does.
        return stored.SequenceEqual(_crc?.GetHashAndReset() ?? []);
    }
}
