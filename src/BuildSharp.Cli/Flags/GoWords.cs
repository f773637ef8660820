using System.Globalization;
using BuildSharp.Notation;

namespace BuildSharp.Cli.Flags;

/// <summary>Parses values as Go's <c>strconv</c> does, because scripts rely on its forms.</summary>
internal static class GoWords
{
    /// <summary>Parses a bool in any of the spellings of Go's <c>ParseBool</c>.</summary>
    public static bool TryParseBool(string text, out bool value)
    {
        value = text is "1" or "t" or "T" or "true" or "TRUE" or "True";
        return value || text is "0" or "f" or "F" or "false" or "FALSE" or "False";
    }

    /// <summary>Parses a decimal or <c>0x</c> hexadecimal integer with an optional sign.</summary>
    /// <exception cref="FormatException">The text is not such a number; the message is Go's and names the
    /// <paramref name="function"/>.</exception>
    public static long ParseInteger(string text, string function)
    {
        var digits = text.AsSpan();
        var negative = digits.StartsWith("-");
        if (negative || digits.StartsWith("+"))
        {
            digits = digits[1..];
        }

        var isHex = digits.StartsWith("0x") || digits.StartsWith("0X");
        var style = isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        if (!ulong.TryParse(isHex ? digits[2..] : digits, style, CultureInfo.InvariantCulture, out var value))
        {
            var tooLong = digits.Length > 0 && !digits.ContainsAnyExceptInRange('0', '9');
            throw new FormatException(
                $"strconv.{function}: parsing {GoQuoting.Quote(text)}: {(tooLong ? "value out of range" : "invalid syntax")}");
        }

        return value <= long.MaxValue
            ? negative ? -(long)value : (long)value
            : throw new FormatException($"strconv.{function}: parsing {GoQuoting.Quote(text)}: value out of range");
    }
}
