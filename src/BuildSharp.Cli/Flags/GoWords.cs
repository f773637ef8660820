using System.Globalization;

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
                $"strconv.{function}: parsing {GoText.Quote(text)}: {(tooLong ? "value out of range" : "invalid syntax")}");
        }

        return value <= long.MaxValue
            ? negative ? -(long)value : (long)value
            : throw new FormatException($"strconv.{function}: parsing {GoText.Quote(text)}: value out of range");
    }

    /// <summary>Splits one CSV record: fields between commas, a field may stand in double quotes with <c>""</c> for one quote.</summary>
    /// <exception cref="FormatException">A quote stands where none may.</exception>
    public static IReadOnlyList<string> SplitCsv(string text)
    {
        var fields = new List<string>();
        if (text.Length == 0)
        {
            return fields;
        }

        var at = 0;
        while (true)
        {
            if (at < text.Length && text[at] == '"')
            {
                fields.Add(QuotedField(text, ref at));
            }
            else
            {
                var end = text.IndexOf(',', at);
                var field = end < 0 ? text[at..] : text[at..end];
                var quote = field.IndexOf('"');
                if (quote >= 0)
                {
                    throw new FormatException($"parse error on line 1, column {at + quote + 1}: bare \" in non-quoted-field");
                }

                fields.Add(field);
                at += field.Length;
            }

            if (at >= text.Length)
            {
                return fields;
            }

            at++;
        }
    }

    private static string QuotedField(string text, ref int at)
    {
        var field = new System.Text.StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '"')
            {
                field.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == '"')
            {
                field.Append('"');
                at++;
            }
            else if (at + 1 == text.Length || text[at + 1] == ',')
            {
                at++;
                return field.ToString();
            }
            else
            {
                break;
            }
        }

        throw new FormatException($"parse error on line 1, column {at + 1}: extraneous or missing \" in quoted-field");
    }
}
