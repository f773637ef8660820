using System.Globalization;
using System.Text;

namespace BuildSharp.Cli.Flags;

/// <summary>Text between double quotes as messages show it (Go's <c>%q</c>).</summary>
internal static class GoText
{
    /// <summary>The text in double quotes, with everything that does not print escaped.</summary>
    /// <param name="text">The text.</param>
    /// <param name="asciiOnly">Whether to escape everything beyond ASCII too.</param>
    public static string Quote(string text, bool asciiOnly = false)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            Append(quoted, rune, '"', asciiOnly);
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>The character in single quotes; a number that is none counts as U+FFFD.</summary>
    public static string Quote(Rune rune, bool asciiOnly)
    {
        var quoted = new StringBuilder().Append('\'');
        Append(quoted, rune, '\'', asciiOnly);
        return quoted.Append('\'').ToString();
    }

    /// <summary>The text in backquotes, where it is one line without any; null otherwise.</summary>
    public static string? TryBackquote(string text) =>
        text.EnumerateRunes().All(rune => rune.Value is not ('`' or 0x7f or 0xfeff) && (rune.Value >= ' ' || rune.Value == '\t')) ? $"`{text}`" : null;

    /// <summary>Whether the character shows as itself.</summary>
    public static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator);

    private static void Append(StringBuilder quoted, Rune rune, char quote, bool asciiOnly) => _ = rune.Value switch
    {
        '\\' => quoted.Append(@"\\"),
        _ when rune.Value == quote => quoted.Append('\\').Append(quote),
        '\a' => quoted.Append("\\a"),
        '\b' => quoted.Append("\\b"),
        '\f' => quoted.Append("\\f"),
        '\n' => quoted.Append("\\n"),
        '\r' => quoted.Append("\\r"),
        '\t' => quoted.Append("\\t"),
        '\v' => quoted.Append("\\v"),
        < 0x20 or 0x7f => quoted.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
        _ when !IsPrintable(rune) || (asciiOnly && !rune.IsAscii) => rune.Value > 0xffff
            ? quoted.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}")
            : quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
        _ => quoted.Append(rune.ToString()),
    };
}
