using System.Buffers;
using System.Text;

namespace BuildSharp.Notation;

/// <summary>UTF-8 that preserves invalid bytes: a byte 0x80–0xFF that is not UTF-8 becomes the lone surrogate U+DC80–U+DCFF, which is
/// encoded as that byte again. File names in a Dockerfile may be in Latin-1 and must reach the file system unchanged. The same as Python's
/// <c>surrogateescape</c> (PEP 383).</summary>
public static class LosslessUtf8
{
    private const int StrayByte = 0xDC00;

    /// <summary>Decodes bytes; accepts any input.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }
        // Two passes, so that a text of many megabytes is in memory only once.
        var length = 0;
        Span<char> units = stackalloc char[2];
        for (var rest = bytes; !rest.IsEmpty;)
        {
            length += DecodeNext(ref rest, units);
        }

        return string.Create(length, bytes, static (text, rest) =>
        {
            Span<char> units = stackalloc char[2];
            while (!rest.IsEmpty)
            {
                var count = DecodeNext(ref rest, units);
                units[..count].CopyTo(text);
                text = text[count..];
            }
        });
    }

    /// <summary>Encodes text. For text from <see cref="Decode"/>, returns exactly the decoded bytes.</summary>
    public static byte[] Encode(ReadOnlySpan<char> text)
    {
        var length = 0;
        Span<byte> unit = stackalloc byte[4];
        for (var rest = text; !rest.IsEmpty;)
        {
            length += EncodeNext(ref rest, unit);
        }

        var output = new byte[length];
        var free = output.AsSpan();
        while (!text.IsEmpty)
        {
            var count = EncodeNext(ref text, unit);
            unit[..count].CopyTo(free);
            free = free[count..];
        }

        return output;
    }

    private static int DecodeNext(ref ReadOnlySpan<byte> bytes, scoped Span<char> units)
    {
        if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done)
        {
            bytes = bytes[length..];
            return rune.EncodeToUtf16(units);
        }

        // Each byte of an invalid sequence is kept separately, so that none is lost.
        units[0] = (char)(StrayByte + bytes[0]);
        bytes = bytes[1..];
        return 1;
    }

    private static int EncodeNext(ref ReadOnlySpan<char> text, scoped Span<byte> unit)
    {
        var done = Rune.DecodeFromUtf16(text, out var rune, out var length) == OperationStatus.Done;
        var first = text[0];
        text = text[length..];
        if (done)
        {
            return rune.EncodeToUtf8(unit);
        }

        if (!IsStrayByte(first))
        {
            return Rune.ReplacementChar.EncodeToUtf8(unit);
        }

        unit[0] = StrayByteOf(first);
        return 1;
    }

    /// <summary>Whether a UTF-16 unit represents a byte that was not UTF-8.</summary>
    public static bool IsStrayByte(char unit) => unit is >= (char)(StrayByte + 0x80) and <= (char)(StrayByte + 0xFF);

    /// <summary>The byte that such a unit represents.</summary>
    public static byte StrayByteOf(char unit) => (byte)(unit - StrayByte);
}
