using System.Globalization;
using System.Text;

namespace BuildSharp.Cli.Output;

/// <summary>Writes a <see cref="GoValue"/> as Go's <c>encoding/json</c> does: struct fields in order, map keys sorted.</summary>
internal static class GoValueJson
{
    /// <summary>On one line, without escaping <c>&lt;</c>, <c>&gt;</c> and <c>&amp;</c>: the <c>json</c> template function.</summary>
    public static string Compact(GoValue value)
    {
        var json = new StringBuilder();
        Write(value, json, indent: -1, escapeHtml: false);
        return json.ToString();
    }

    /// <summary>Indented by four blanks per level, without a final newline.</summary>
    public static string Indented(GoValue value, bool escapeHtml = true)
    {
        var json = new StringBuilder();
        Write(value, json, indent: 0, escapeHtml);
        return json.ToString();
    }

    private static void Write(GoValue value, StringBuilder json, int indent, bool escapeHtml)
    {
        switch (value)
        {
            case GoValue.Bool flag:
                json.Append(flag.Value ? "true" : "false");
                break;
            case GoValue.Integer number:
                json.Append(number.Value.ToString(CultureInfo.InvariantCulture));
                break;
            case GoValue.Duration duration:
                json.Append(duration.Nanoseconds.ToString(CultureInfo.InvariantCulture));
                break;
            case GoValue.Float number:
                json.Append(number.Value.ToString("R", CultureInfo.InvariantCulture));
                break;
            case GoValue.Text text:
                WriteText(text.Value, json, escapeHtml);
                break;
            case GoValue.Time time:
                json.Append('"').Append(time.Value.ToString()).Append('"');
                break;
            case GoValue.List { Values: { } items }:
                WriteBlock('[', ']', items, json, indent, (item, level) => Write(item, json, level, escapeHtml));
                break;
            case GoValue.Map { Values: { } entries }:
                WriteBlock('{', '}', entries, json, indent, (entry, level) => WriteMember(entry.Key, entry.Value, json, level, escapeHtml));
                break;
            case GoValue.Struct { FlatFields: var fields }:
                WriteBlock('{', '}', [.. fields.Where(IsWritten)], json, indent,
                    (field, level) => WriteMember(field.JsonName, field.Value, json, level, escapeHtml));
                break;
            default:
                json.Append("null");
                break;
        }
    }

    private static bool IsWritten(GoField field) =>
        field.JsonName.Length > 0 && !(field.OmitEmpty && field.Value.IsEmpty);

    private static void WriteMember(string name, GoValue value, StringBuilder json, int indent, bool escapeHtml)
    {
        WriteText(name, json, escapeHtml);
        json.Append(indent < 0 ? ":" : ": ");
        Write(value, json, indent, escapeHtml);
    }

    private static void WriteBlock<T>(
        char open, char close, IReadOnlyCollection<T> items, StringBuilder json, int indent, Action<T, int> write)
    {
        json.Append(open);
        var inner = indent < 0 ? -1 : indent + 1;
        var first = true;
        foreach (var item in items)
        {
            if (!first)
            {
                json.Append(',');
            }

            first = false;
            NewLine(json, inner);
            write(item, inner);
        }

        if (!first)
        {
            NewLine(json, indent);
        }

        json.Append(close);
    }

    private static void NewLine(StringBuilder json, int indent)
    {
        if (indent >= 0)
        {
            json.Append('\n').Append(' ', 4 * indent);
        }
    }

    private static void WriteText(string text, StringBuilder json, bool escapeHtml)
    {
        json.Append('"');
        foreach (var letter in text)
        {
            _ = letter switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append(@"\\"),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                '\b' => json.Append("\\b"),
                '\f' => json.Append("\\f"),
                '<' or '>' or '&' when escapeHtml => Escape(json, letter),
                < ' ' or '\u2028' or '\u2029' => Escape(json, letter),
                _ => json.Append(letter),
            };
        }

        json.Append('"');
    }

    private static StringBuilder Escape(StringBuilder json, char letter) =>
        json.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
}
