using System.Globalization;

namespace BuildSharp.Cli.Output.Progress;

/// <summary>Text in the cells of a terminal.</summary>
internal static class TerminalText
{
    /// <summary>Greatest number of cells that the text takes. A character outside of ASCII counts as two, because many are that wide and a
    /// line that is too long would wrap.</summary>
    public static int WidthOf(string text)
    {
        var width = 0;
        foreach (var letter in text)
        {
            width += WidthOf(letter);
        }

        return width;
    }

    /// <summary>The text without characters that control the terminal. Names of files may contain such characters.</summary>
    public static string Printable(string text)
    {
        var letters = text.ToCharArray();
        for (var i = 0; i < letters.Length; i++)
        {
            letters[i] = IsUnprintable(letters[i]) ? '?' : letters[i];
        }

        return new string(letters);
    }

    /// <summary>The start of the text, with <c>…</c> behind it when the end is left out.</summary>
    /// <param name="text">Printable text.</param>
    /// <param name="width">Greatest number of cells.</param>
    public static string StartOf(string text, int width)
    {
        if (WidthOf(text) <= width)
        {
            return text;
        }

        var (end, left) = (0, width - 2);
        while (end < text.Length && left >= WidthOf(text[end]))
        {
            left -= WidthOf(text[end]);
            end++;
        }

        return width < 2 ? "" : text[..end] + "…";
    }

    /// <summary>The end of the text, with <c>…</c> in front when the start is left out.</summary>
    /// <param name="text">Printable text.</param>
    /// <param name="width">Greatest number of cells.</param>
    public static string EndOf(string text, int width)
    {
        if (WidthOf(text) <= width)
        {
            return text;
        }

        var (start, left) = (text.Length, width - 2);
        while (start > 0 && left >= WidthOf(text[start - 1]))
        {
            start--;
            left -= WidthOf(text[start]);
        }

        return width < 2 ? "" : "…" + text[start..];
    }

    private static int WidthOf(char letter) => letter < 0x80 ? 1 : 2;

    private static bool IsUnprintable(char letter) =>
        char.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
