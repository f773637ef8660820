using System.Globalization;
using System.Text;
using BuildSharp.Cli.Flags;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Output;

/// <summary>Writes a value as Go's <c>fmt</c> prints it, which scripts cut apart: <c>[a b]</c>, <c>map[k:v]</c>, <c>{v1 v2}</c>.</summary>
internal static class GoPrinter
{
    /// <summary>The form of <c>%v</c>.</summary>
    public static string Print(GoValue value) => value switch
    {
        GoValue.Nil => "<nil>",
        GoValue.Absent => "<no value>",
        GoValue.Bool flag => flag.Value ? "true" : "false",
        GoValue.Integer number => number.Value.ToString(CultureInfo.InvariantCulture),
        GoValue.Float number => number.Value.ToString("G", CultureInfo.InvariantCulture),
        GoValue.Text text => text.Value,
        GoValue.Time time => Print(time.Value),
        GoValue.List list => $"[{string.Join(' ', list.Items.Select(Print))}]",
        GoValue.Map map => $"map[{string.Join(' ', map.Entries.Select(entry => $"{entry.Key}:{Print(entry.Value)}"))}]",
        GoValue.Struct item => $"{{{string.Join(' ', item.Fields.Select(field => Print(field.Value)))}}}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary><c>2026-11-21 21:20:43.013 +0000 UTC</c>.</summary>
    public static string Print(Timestamp time) =>
        time.ToString().Replace('T', ' ').Replace("Z", " +0000 UTC", StringComparison.Ordinal);

    /// <summary>Several values as <c>print</c> joins them: a blank between two neighbours of which neither is a text.</summary>
    public static string PrintAll(IReadOnlyList<GoValue> values)
    {
        var text = new StringBuilder();
        for (var at = 0; at < values.Count; at++)
        {
            if (at > 0 && values[at - 1] is not GoValue.Text && values[at] is not GoValue.Text)
                text.Append(' ');

            text.Append(Print(values[at]));
        }

        return text.ToString();
    }

    /// <summary>The verbs of <c>printf</c> that templates use: <c>%s %v %d %q %t %x %X %f %c %%</c> with width, precision and flags.</summary>
    public static string Format(string format, IReadOnlyList<GoValue> values)
    {
        var text = new StringBuilder();
        var next = 0;
        for (var at = 0; at < format.Length; at++)
        {
            if (format[at] != '%')
            {
                text.Append(format[at]);
                continue;
            }

            var directive = FormatDirective.Read(format, ref at);
            if (directive.Verb == '%')
                text.Append('%');
            else if (directive.Verb == '\0')
                text.Append("%!(NOVERB)");
            else if (next >= values.Count)
                text.Append(CultureInfo.InvariantCulture, $"%!{directive.Verb}(MISSING)");
            else
                text.Append(directive.Apply(values[next++]));
        }

        if (next < values.Count)
            text.Append("%!(EXTRA ").AppendJoin(", ", values.Skip(next).Select(value => $"{TypeName(value)}={Print(value)}")).Append(')');

        return text.ToString();
    }

    /// <summary>What Go calls the value's type.</summary>
    public static string TypeName(GoValue value) => value switch
    {
        GoValue.Bool => "bool",
        GoValue.Integer => "int",
        GoValue.Float => "float64",
        GoValue.Text => "string",
        GoValue.Time => "time.Time",
        GoValue.List => "[]string",
        GoValue.Map => "map[string]string",
        GoValue.Struct item => item.TypeName,
        _ => "<nil>",
    };

    private readonly record struct FormatDirective(char Verb, int Width, int? Precision, bool Left, bool Zero, bool Plus)
    {
        public static FormatDirective Read(string format, ref int at)
        {
            var (left, zero, plus) = (false, false, false);
            for (at++; at < format.Length && format[at] is '-' or '0' or '+' or ' ' or '#'; at++)
            {
                left |= format[at] == '-';
                zero |= format[at] == '0';
                plus |= format[at] == '+';
            }

            var width = Digits(format, ref at);
            int? precision = null;
            if (at < format.Length && format[at] == '.')
            {
                at++;
                precision = Digits(format, ref at);
            }

            return new FormatDirective(at < format.Length ? format[at] : '\0', width, precision, left, zero, plus);
        }

        public string Apply(GoValue value)
        {
            var text = (Verb, value) switch
            {
                ('v', _) => Print(value),
                ('s', GoValue.Text or GoValue.List or GoValue.Map or GoValue.Struct or GoValue.Time) => Cut(Print(value)),
                ('q', GoValue.Text item) => GoText.Quote(item.Value),
                ('d', GoValue.Integer item) => (Plus && item.Value >= 0 ? "+" : "") + Print(value),
                ('t', GoValue.Bool) => Print(value),
                ('x', GoValue.Integer item) => item.Value.ToString("x", CultureInfo.InvariantCulture),
                ('X', GoValue.Integer item) => item.Value.ToString("X", CultureInfo.InvariantCulture),
                ('x', GoValue.Text item) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(item.Value)),
                ('c', GoValue.Integer item) => char.ConvertFromUtf32((int)item.Value),
                ('f', GoValue.Float item) => item.Value.ToString($"F{Precision ?? 6}", CultureInfo.InvariantCulture),
                ('T', _) => TypeName(value),
                _ => $"%!{Verb}({TypeName(value)}={Print(value)})",
            };
            var fill = Zero && !Left && value is GoValue.Integer or GoValue.Float ? '0' : ' ';
            return Left ? text.PadRight(Width) : text.PadLeft(Width, fill);
        }

        private static int Digits(string format, ref int at)
        {
            var value = 0;
            for (; at < format.Length && char.IsAsciiDigit(format[at]) && value < 10_000; at++)
                value = 10 * value + (format[at] - '0');

            return value;
        }

        private string Cut(string text) => Precision is { } limit && text.Length > limit ? text[..limit] : text;
    }
}
