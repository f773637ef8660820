using System.Buffers;
using System.Globalization;
using System.Text;

namespace BuildSharp.Dockerfiles;

/// <summary>Text in double quotes as Go's <c>%q</c> prints it; messages and tree dumps use this form, and other tools compare it.</summary>
public static class GoQuoting
{
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Where(character => character is not ('"' or '\\'))));

    /// <summary>Quotes a text.</summary>
    public static string Quote(string text)
    {
        using var output = new StringWriter(new StringBuilder(text.Length + 2));
        Write(output, text);
        return output.ToString();
    }

    /// <summary>Writes a text in quotes.</summary>
    public static void Write(TextWriter output, string text)
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
                WriteNext(output, ref rest);
            }
        }

        output.Write('"');
    }

    private static void WriteNext(TextWriter output, ref ReadOnlySpan<char> rest)
    {
        if (Rune.DecodeFromUtf16(rest, out var rune, out var length) == OperationStatus.Done)
        {
            Write(output, rune, rest[..length]);
        }
        else if (LosslessUtf8.IsStrayByte(rest[0]))
        {
            output.Write(string.Create(CultureInfo.InvariantCulture, $"\\x{LosslessUtf8.StrayByteOf(rest[0]):x2}"));
        }
        else
        {
            output.Write('\uFFFD');
        }

        rest = rest[length..];
    }

    private static void Write(TextWriter output, Rune rune, ReadOnlySpan<char> units)
    {
        switch (rune.Value)
        {
            case '"': output.Write("\\\""); break;
            case '\\': output.Write("\\\\"); break;
            case '\n': output.Write("\\n"); break;
            case '\t': output.Write("\\t"); break;
            case '\r': output.Write("\\r"); break;
            case '\a': output.Write("\\a"); break;
            case '\b': output.Write("\\b"); break;
            case '\f': output.Write("\\f"); break;
            case '\v': output.Write("\\v"); break;
            case < 0x20 or 0x7F: output.Write(string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}")); break;
            default:
                if (IsPrintable(rune))
                {
                    output.Write(units);
                }
                else if (rune.Value <= 0xFFFF)
                {
                    output.Write(string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"));
                }
                else
                {
                    output.Write(string.Create(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"));
                }

                break;
        }
    }

    /// <summary>Letters, marks, numbers, punctuation, symbols and the ASCII blank.</summary>
    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or
        UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or
        UnicodeCategory.ParagraphSeparator);
}
