using System.Globalization;
using System.Text;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Dockerfiles.Diagnostics;

/// <summary>Shows one line of a file below a message: its number, its text, and carets below the text concerned.</summary>
internal static class Excerpt
{
    private const int Widest = 120;

    /// <summary>Two lines, each indented and terminated by a newline; empty when the line is empty.</summary>
    public static string Of(SourceSpan span)
    {
        // Replace secrets character by character, because the carets below depend on columns.
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
            // A very long line is shortened to the part around the place.
            from = Math.Clamp(start - Widest / 3, 0, text.Length - Widest);
            end = Math.Min(end, from + Widest);
        }

        var shown = Printable(text.Slice(from, Math.Min(Widest, text.Length - from)));
        var gutter = new string(' ', 8);
        var number = span.Start.Line.ToString(CultureInfo.InvariantCulture).PadLeft(4);
        var output = new StringBuilder();
        output.Append(gutter).Append(number).Append(" | ").Append(shown).Append('\n');
        output.Append(gutter).Append(' ', number.Length).Append(" | ");

        // Keep tabs before the carets, so that both lines are indented equally.
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
            // Control characters are replaced, so that a Dockerfile cannot control the terminal.
            output.Append(unit != '\t' && char.IsControl(unit) || char.IsSurrogate(unit) && LosslessUtf8.IsStrayByte(unit) ? '\uFFFD' : unit);
        }

        return output.ToString();
    }
}
