using System.Buffers.Binary;

namespace BuildSharp.Oci.Layers;

/// <summary>Positions of the fields in a 512-byte tar header, and the format of numbers in them (POSIX pax, "ustar Interchange Format"; GNU
/// tar manual, "Basic Tar Format").</summary>
internal static class TarField
{
    public const int BlockSize = 512;

    public static readonly Range Name = 0..100;
    public static readonly Range Mode = 100..108;
    public static readonly Range Uid = 108..116;
    public static readonly Range Gid = 116..124;
    public static readonly Range Size = 124..136;
    public static readonly Range ModifiedAt = 136..148;
    public static readonly Range Checksum = 148..156;
    public const int Type = 156;
    public static readonly Range LinkName = 157..257;
    public static readonly Range Magic = 257..265;
    public static readonly Range UserName = 265..297;
    public static readonly Range GroupName = 297..329;
    public static readonly Range DeviceMajor = 329..337;
    public static readonly Range DeviceMinor = 337..345;
    public static readonly Range Prefix = 345..500;

    public static ReadOnlySpan<byte> PosixMagic => [(byte)'u', (byte)'s', (byte)'t', (byte)'a', (byte)'r', 0, (byte)'0', (byte)'0'];

    public static ReadOnlySpan<byte> GnuMagic => "ustar  \0"u8;

    /// <summary>Number of padding bytes after content of this length.</summary>
    public static int Padding(long length) => (int)(-length & (BlockSize - 1));

    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }

    /// <summary>Parses an octal or base-256 number; false when the field holds neither or the value exceeds 63 bits.</summary>
    public static bool TryReadNumber(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        if ((field[0] & 0x80) != 0)
        {
            return TryReadBase256(field, out value);
        }

        var digits = field.Trim(" \0"u8);
        var end = digits.IndexOfAny((byte)' ', (byte)0);
        foreach (var digit in end < 0 ? digits : digits[..end])
        {
            if (digit is < (byte)'0' or > (byte)'7' || value >> 60 != 0)
            {
                return false;
            }

            value = (value << 3) | (uint)(digit - '0');
        }

        return true;
    }

    /// <summary>Writes zero-padded octal digits and a NUL. A value that does not fit is written as zero; its pax record has the
    /// value.</summary>
    public static void WriteOctal(Span<byte> field, long value)
    {
        if (!FitsOctal(field.Length, value))
        {
            value = 0;
        }

        field[^1] = 0;
        for (var i = field.Length - 2; i >= 0; i--)
        {
            field[i] = (byte)('0' + (value & 7));
            value >>= 3;
        }
    }

    public static bool FitsOctal(int fieldLength, long value) => value >= 0 && (fieldLength >= 22 || value < 1L << ((fieldLength - 1) * 3));

    /// <summary>Sum of the header's bytes with the checksum field counted as blanks. Old tars used signed bytes.</summary>
    public static (int Unsigned, int Signed) Sum(ReadOnlySpan<byte> block)
    {
        var unsigned = 8 * ' ';
        var signed = unsigned;
        for (var i = 0; i < BlockSize; i++)
        {
            if (i is < 148 or >= 156)
            {
                unsigned += block[i];
                signed += (sbyte)block[i];
            }
        }

        return (unsigned, signed);
    }

    private static bool TryReadBase256(ReadOnlySpan<byte> field, out long value)
    {
        Span<byte> wide = stackalloc byte[16];
        var negative = (field[0] & 0x40) != 0;
        wide.Fill(negative ? (byte)0xFF : (byte)0);
        field.CopyTo(wide[^field.Length..]);
        wide[^field.Length] = (byte)(negative ? field[0] : field[0] & 0x7F);
        var number = BinaryPrimitives.ReadInt128BigEndian(wide);
        value = (long)number;
        return value == number;
    }
}
