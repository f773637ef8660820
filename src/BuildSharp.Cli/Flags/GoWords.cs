using System.Globalization;
using BuildSharp.Notation;

namespace BuildSharp.Cli.Flags;

/// <summary>The words for values as scripts know them from Go programs.</summary>
internal static class GoWords
{
    /// <summary>Reads a bool in any of the twelve accepted spellings.</summary>
    public static bool TryParseBool(string text, out bool value)
    {
        value = text is "1" or "t" or "T" or "true" or "TRUE" or "True";
        return value || text is "0" or "f" or "F" or "false" or "FALSE" or "False";
    }

    /// <summary>Reads a decimal or <c>0x</c> hexadecimal number with an optional sign.</summary>
    /// <exception cref="FormatException">In Go's words, which name the <paramref name="function"/>.</exception>
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
