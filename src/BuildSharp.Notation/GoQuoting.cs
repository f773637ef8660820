using System.Buffers;
using System.Globalization;
using System.Text;

namespace BuildSharp.Notation;

/// <summary>Quotes text as Go's <c>%q</c> does (pkg.go.dev/strconv, Quote; <c>grammar/quoted-text.ebnf</c>). Messages and tree dumps use
/// this form, which other tools compare.</summary>
public static class GoQuoting
{
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Where(character => character is not ('"' or '\\'))));

    /// <summary>The text in double quotes, with unprintable characters escaped.</summary>
    /// <param name="text">The text; a byte that was not UTF-8 (<see cref="LosslessUtf8"/>) is written as <c>\xff</c>.</param>
    /// <param name="asciiOnly">Whether to escape all characters beyond ASCII too.</param>
    public static string Quote(string text, bool asciiOnly = false)
    {
        using var output = new StringWriter(new StringBuilder(text.Length + 2));
        Write(output, text, asciiOnly);
        return output.ToString();
    }

    /// <summary>The character in single quotes.</summary>
    public static string Quote(Rune rune, bool asciiOnly)
    {
        using var output = new StringWriter();
        output.Write('\'');
        Write(output, rune, '\'', asciiOnly);
        output.Write('\'');
        return output.ToString();
    }

    /// <summary>The text in backquotes if it is one line without backquotes; null otherwise.</summary>
    public static string? TryBackquote(string text) =>
        text.EnumerateRunes().All(rune => rune.Value is not ('`' or 0x7f or 0xfeff) && (rune.Value >= ' ' || rune.Value == '\t')) ? $"`{text}`" : null;

    /// <summary>Writes the result of <see cref="Quote(string, bool)"/>.</summary>
    public static void Write(TextWriter output, string text, bool asciiOnly = false)
    {
        output.Write('"');
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var plain = rest.IndexOfAnyExcept(Plain);
            if (plain < 0)
            {
                plain = rest.Length;
            }

            output.Write(rest[..plain]);
            rest = rest[plain..];
            if (!rest.IsEmpty)
            {
                WriteNext(output, ref rest, asciiOnly);
            }
        }

        output.Write('"');
    }

    /// <summary>Whether the character is printable: letters, marks, numbers, punctuation, symbols and the ASCII space.</summary>
    public static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or
        UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or
        UnicodeCategory.ParagraphSeparator);

    private static void WriteNext(TextWriter output, ref ReadOnlySpan<char> rest, bool asciiOnly)
    {
        // Invalid UTF-16 decodes to U+FFFD.
        var isCharacter = Rune.DecodeFromUtf16(rest, out var rune, out var length) == OperationStatus.Done;
        if (!isCharacter && LosslessUtf8.IsStrayByte(rest[0]))
        {
            output.Write(string.Create(CultureInfo.InvariantCulture, $"\\x{LosslessUtf8.StrayByteOf(rest[0]):x2}"));
        }
        else
        {
            Write(output, rune, '"', asciiOnly);
        }

        rest = rest[length..];
    }

    private static void Write(TextWriter output, Rune rune, char quote, bool asciiOnly) => output.Write(rune.Value switch
    {
        '\\' => "\\\\",
        _ when rune.Value == quote => "\\" + quote,
        '\a' => "\\a",
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\v' => "\\v",
        < 0x20 or 0x7F => string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
        _ when IsPrintable(rune) && (rune.IsAscii || !asciiOnly) => rune.ToString(),
        <= 0xFFFF => string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"),
    });
}
