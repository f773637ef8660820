namespace BuildSharp.Oci.Layers;

/// <summary>A cyclic redundancy check as xz has them: bits reflected, the register all ones at the start and inverted at the end.</summary>
internal sealed class ReflectedCrc
{
    private readonly ulong _ones;
    private readonly ulong[] _table = new ulong[256];
    private ulong _register;

    private ReflectedCrc(ulong polynomial, ulong ones)
    {
        _ones = _register = ones;
        for (var i = 0; i < _table.Length; i++)
        {
            var value = (ulong)i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ polynomial;
            }

            _table[i] = value;
        }
    }

    /// <summary>CRC-32 (IEEE 802.3).</summary>
    public static ReflectedCrc Crc32() => new(0xEDB88320, uint.MaxValue);

    /// <summary>CRC-64 (ECMA-182).</summary>
    public static ReflectedCrc Crc64() => new(0xC96C5795D7870F42, ulong.MaxValue);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var register = _register;
        foreach (var value in bytes)
        {
            register = _table[(byte)(register ^ value)] ^ (register >> 8);
        }

        _register = register;
    }

    /// <summary>The check of all bytes since the last call.</summary>
    public ulong Complete()
    {
        var result = _register ^ _ones;
        _register = _ones;
        return result;
    }
}
