using System.Globalization;
using System.Text;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Dockerfiles;

/// <summary>Shows a stretch of a file below a message: the line with its number, and carets below what is meant.</summary>
internal static class Excerpt
{
    private const int Widest = 120;

    /// <summary>Two lines, each indented and ending in a newline; nothing when the line is empty.</summary>
    public static string Of(SourceSpan span)
    {
        // Blanked and not masked: the carets below count columns.
        var text = AddressCredentials.Blanked(span.Source.LineSpan(span.Start.Line).ToString()).AsSpan();
        if (text.Length == 0)
        {
            return "";
        }

        var start = Math.Clamp(span.Start.Column - 1, 0, text.Length);
        var end = span.End.Line == span.Start.Line ? Math.Clamp(span.End.Column - 1, start, text.Length) : text.TrimEnd().Length;
        var from = 0;
        if (text.Length > Widest)
        {
            // A line of a megabyte is shown around the place that matters.
            from = Math.Clamp(start - Widest / 3, 0, text.Length - Widest);
            end = Math.Min(end, from + Widest);
        }

        var shown = Printable(text.Slice(from, Math.Min(Widest, text.Length - from)));
        var gutter = new string(' ', 8);
        var number = span.Start.Line.ToString(CultureInfo.InvariantCulture).PadLeft(4);
        var output = new StringBuilder();
        output.Append(gutter).Append(number).Append(" | ").Append(shown).Append('\n');
        output.Append(gutter).Append(' ', number.Length).Append(" | ");

        // Tabs before the carets stay tabs, so that both lines are shifted alike.
        for (var i = from; i < start; i++)
        {
            output.Append(text[i] == '\t' ? '\t' : ' ');
        }

        output.Append('^', Math.Max(1, end - start)).Append('\n');
        return output.ToString();
    }

    private static string Printable(ReadOnlySpan<char> text)
    {
        var output = new StringBuilder(text.Length);
        foreach (var unit in text)
        {
            // A terminal must not obey what a Dockerfile says.
            output.Append(unit != '\t' && char.IsControl(unit) || char.IsSurrogate(unit) && LosslessUtf8.IsStrayByte(unit) ? '\uFFFD' : unit);
        }

        return output.ToString();
    }
}
