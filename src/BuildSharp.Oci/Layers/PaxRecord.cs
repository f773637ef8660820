using System.Buffers;
using System.Buffers.Text;

namespace BuildSharp.Oci.Layers;

/// <summary>One <c>length key=value</c> record of a pax extended header (POSIX pax, "pax Extended Header"). Values are bytes, because
/// extended attributes and names need not be text.</summary>
/// <param name="Key">Bytes before the first <c>=</c>.</param>
/// <param name="Value">Bytes after it; an empty value restores that of the plain header.</param>
internal readonly record struct PaxRecord(byte[] Key, byte[] Value)
{
    /// <summary>Prefix of extended attributes' keys, introduced by star and used by all tools.</summary>
    public static ReadOnlySpan<byte> XattrPrefix => "SCHILY.xattr."u8;

    public bool Is(ReadOnlySpan<byte> key) => Key.AsSpan().SequenceEqual(key);

    /// <summary>Removes the first record from the data; false when it is malformed.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> data, out PaxRecord record)
    {
        record = default;
        if (!Utf8Parser.TryParse(data, out int length, out var digits) || digits == data.Length || data[0] is (byte)'+' or (byte)'-'
            || data[digits] != ' ' || length < digits + 3 || length > data.Length || data[length - 1] != '\n')
        {
            return false;
        }

        var line = data[(digits + 1)..(length - 1)];
        var equals = line.IndexOf((byte)'=');
        if (equals <= 0)
        {
            return false;
        }

        record = new PaxRecord(line[..equals].ToArray(), line[(equals + 1)..].ToArray());
        data = data[length..];
        return true;
    }

    /// <summary>Appends the record. Its length includes the digits of the length itself.</summary>
    public void AppendTo(ArrayBufferWriter<byte> output)
    {
        var length = Key.Length + Value.Length + 3; // blank, "=", newline
        var total = length + DecimalDigits(length);
        total = length + DecimalDigits(total);
        var line = output.GetSpan(total);
        Utf8Formatter.TryFormat(total, line, out var at);
        line[at++] = (byte)' ';
        Key.CopyTo(line[at..]);
        at += Key.Length;
        line[at++] = (byte)'=';
        Value.CopyTo(line[at..]);
        at += Value.Length;
        line[at++] = (byte)'\n';
        output.Advance(at);
    }

    /// <summary>Parses a pax time: decimal seconds with optional fraction and sign.</summary>
    public static bool TryParseTime(ReadOnlySpan<byte> text, out Timestamp time)
    {
        time = default;
        var negative = !text.IsEmpty && text[0] == '-';
        var digits = negative ? text[1..] : text;
        var dot = digits.IndexOf((byte)'.');
        var whole = dot < 0 ? digits : digits[..dot];
        var fraction = dot < 0 ? [] : digits[(dot + 1)..];
        if (whole.IsEmpty || whole.ContainsAnyExceptInRange((byte)'0', (byte)'9') || fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || !Utf8Parser.TryParse(whole, out long seconds, out var used) || used != whole.Length)
        {
            return false;
        }

        var nanoseconds = 0;
        for (var i = 0; i < 9; i++)
        {
            nanoseconds = (nanoseconds * 10) + (i < fraction.Length ? fraction[i] - '0' : 0);
        }

        if (negative)
        {
            seconds = nanoseconds == 0 ? -seconds : -seconds - 1;
            nanoseconds = nanoseconds == 0 ? 0 : 1_000_000_000 - nanoseconds;
        }

        time = new Timestamp(seconds, nanoseconds);
        return true;
    }

    /// <summary>Formats a pax time, without trailing zeros of the fraction.</summary>
    public static byte[] FormatTime(Timestamp time)
    {
        var (seconds, nanoseconds) = time;
        if (nanoseconds == 0)
        {
            return FormatNumber(seconds);
        }

        // Example: -1 s + 900 ms is written -0.1.
        var negative = seconds < 0;
        if (negative)
        {
            seconds = -(seconds + 1);
            nanoseconds = 1_000_000_000 - nanoseconds;
        }

        Span<byte> text = stackalloc byte[40];
        text[0] = (byte)'-';
        Utf8Formatter.TryFormat(seconds, text[1..], out var length);
        text[1 + length] = (byte)'.';
        Utf8Formatter.TryFormat(nanoseconds, text[(2 + length)..], out _, new StandardFormat('D', 9));
        return text[(negative ? 0 : 1)..(11 + length)].TrimEnd((byte)'0').ToArray();
    }

    public static byte[] FormatNumber(long value)
    {
        Span<byte> text = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, text, out var length);
        return text[..length].ToArray();
    }

    private static int DecimalDigits(int value)
    {
        var digits = 1;
        for (; value >= 10; value /= 10)
        {
            digits++;
        }

        return digits;
    }
}
