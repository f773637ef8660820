using System.Globalization;

namespace BuildSharp.Notation;

/// <summary>Parses sizes in flags and configuration files: <c>256m</c>, <c>1.5GiB</c>, <c>100</c>. Units are powers of 1024 in any case
/// (github.com/docker/go-units, RAMInBytes; <c>grammar/byte-size.ebnf</c>).</summary>
public static class ByteSize
{
    /// <summary>Parses a size in bytes; fractions of a byte are dropped.</summary>
    /// <returns>False when the text is not a size or exceeds 8 EiB.</returns>
    public static bool TryParse(string text, out long bytes)
    {
        var end = text.AsSpan().IndexOfAnyExcept("0123456789.") is var found and >= 0 ? found : text.Length;
        var shift = text[end..].TrimStart(' ').ToLowerInvariant() switch
        {
            "" or "b" => 0,
            "k" or "ki" or "kb" or "kib" => 10,
            "m" or "mi" or "mb" or "mib" => 20,
            "g" or "gi" or "gb" or "gib" => 30,
            "t" or "ti" or "tb" or "tib" => 40,
            "p" or "pi" or "pb" or "pib" => 50,
            _ => -1,
        };
        if (shift < 0 || !decimal.TryParse(text[..end], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number > long.MaxValue >> shift)
        {
            bytes = 0;
            return false;
        }

        bytes = (long)(number * (1L << shift));
        return true;
    }
}
