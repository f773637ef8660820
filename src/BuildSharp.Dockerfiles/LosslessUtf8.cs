using System.Buffers;
using System.Text;

namespace BuildSharp.Dockerfiles;

/// <summary>UTF-8 that also carries what is not UTF-8: a stray byte 0x80–0xFF becomes the lone surrogate U+DC80–U+DCFF and turns back
/// into that byte. A Dockerfile may name files in Latin-1, and those names must reach the file system unchanged.</summary>
public static class LosslessUtf8
{
    private const int StrayByte = 0xDC00;

    /// <summary>Decodes bytes; never fails.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes)) return Encoding.UTF8.GetString(bytes);
        var text = new StringBuilder(bytes.Length);
        Span<char> units = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done)
            {
                text.Append(units[..rune.EncodeToUtf16(units)]);
            }
            else
            {
                // Each byte of a broken sequence is kept by itself, so that none is lost.
                length = 1;
                text.Append((char)(StrayByte + bytes[0]));
            }

            bytes = bytes[length..];
        }

        return text.ToString();
    }

    /// <summary>Encodes text that <see cref="Decode"/> gave, or any other; gives back exactly the bytes that were decoded.</summary>
    public static byte[] Encode(string text)
    {
        var output = new ArrayBufferWriter<byte>(text.Length + 16);
        var rest = text.AsSpan();
        Span<byte> unit = stackalloc byte[4];
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var length) == OperationStatus.Done)
            {
                output.Write(unit[..rune.EncodeToUtf8(unit)]);
            }
            else if (IsStrayByte(rest[0]))
            {
                unit[0] = (byte)(rest[0] - StrayByte);
                output.Write(unit[..1]);
            }
            else
            {
                output.Write(unit[..Rune.ReplacementChar.EncodeToUtf8(unit)]);
            }

            rest = rest[length..];
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Whether a UTF-16 unit stands for a byte that was not UTF-8.</summary>
    internal static bool IsStrayByte(char unit) => unit is >= (char)(StrayByte + 0x80) and <= (char)(StrayByte + 0xFF);

    /// <summary>The byte a stray unit stands for.</summary>
    internal static byte StrayByteOf(char unit) => (byte)(unit - StrayByte);
}
