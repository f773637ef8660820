using System.Globalization;
using System.Text;

namespace BuildSharp.Dockerfiles;

/// <summary>Text in double quotes as Go's <c>%q</c> prints it; messages and tree dumps use this form, and other tools compare it.</summary>
public static class GoQuoting
{
    /// <summary>Quotes a text.</summary>
    public static string Quote(string text)
    {
        var output = new StringBuilder(text.Length + 2).Append('"');
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var length) == System.Buffers.OperationStatus.Done) Append(output, rune);
            else if (LosslessUtf8.IsStrayByte(rest[0])) Append(output, LosslessUtf8.StrayByteOf(rest[0]));
            else output.Append('\uFFFD');
            rest = rest[length..];
        }

        return output.Append('"').ToString();
    }

    private static void Append(StringBuilder output, byte stray) => output.Append(CultureInfo.InvariantCulture, $"\\x{stray:x2}");

    private static void Append(StringBuilder output, Rune rune)
    {
        switch (rune.Value)
        {
            case '"': output.Append("\\\""); break;
            case '\\': output.Append("\\\\"); break;
            case '\n': output.Append("\\n"); break;
            case '\t': output.Append("\\t"); break;
            case '\r': output.Append("\\r"); break;
            case '\a': output.Append("\\a"); break;
            case '\b': output.Append("\\b"); break;
            case '\f': output.Append("\\f"); break;
            case '\v': output.Append("\\v"); break;
            case < 0x20 or 0x7F: output.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"); break;
            default:
                if (IsPrintable(rune)) output.Append(rune.ToString());
                else if (rune.Value <= 0xFFFF) output.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
                else output.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}");
                break;
        }
    }

    /// <summary>Letters, marks, numbers, punctuation, symbols and the ASCII blank.</summary>
    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or
        UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or
        UnicodeCategory.ParagraphSeparator);
}
