using System.Net;
using System.Text;

namespace BuildSharp.Cli.Output.Templates;

/// <summary>Functions for templates: Go's own, and those that container tools add.</summary>
internal static class Functions
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "and", "or", "not", "len", "index", "slice", "print", "printf", "println", "eq", "ne", "lt", "le", "gt", "ge", "html", "js",
        "urlquery", "json", "split", "join", "title", "lower", "upper", "pad", "truncate",
    };

    public static bool Exists(string name) => Names.Contains(name);

    /// <summary>Calls a function. <c>and</c> and <c>or</c> receive evaluated arguments too, which is safe because evaluation has no side
    /// effects.</summary>
    /// <exception cref="FormatException">The arguments do not fit; the message completes <c>error calling NAME: </c>.</exception>
    public static GoValue Call(string name, IReadOnlyList<GoValue> arguments) => (name, arguments) switch
    {
        ("and", { Count: > 0 }) => arguments.FirstOrDefault(value => value.IsEmpty) ?? arguments[^1],
        ("or", { Count: > 0 }) => arguments.FirstOrDefault(value => !value.IsEmpty) ?? arguments[^1],
        ("not", [var value]) => new GoValue.Bool(value.IsEmpty),
        ("len", [var value]) => new GoValue.Integer(Length(value)),
        ("index", { Count: > 0 }) => arguments.Skip(1).Aggregate(arguments[0], Index),
        ("slice", { Count: > 0 and < 4 }) => Slice(arguments),
        ("print", _) => new GoValue.Text(GoPrinter.PrintAll(arguments)),
        ("println", _) => new GoValue.Text(string.Join(' ', arguments.Select(GoPrinter.Print)) + "\n"),
        ("printf", [GoValue.Text format, ..]) => new GoValue.Text(GoFormat.Format(format.Value, [.. arguments.Skip(1)])),
        ("eq", { Count: > 1 }) => new GoValue.Bool(arguments.Skip(1).Any(other => Comparison.AreEqual(arguments[0], other))),
        ("ne", [var left, var right]) => new GoValue.Bool(!Comparison.AreEqual(left, right)),
        ("lt", [var left, var right]) => new GoValue.Bool(Comparison.Order(left, right) < 0),
        ("le", [var left, var right]) => new GoValue.Bool(Comparison.Order(left, right) <= 0),
        ("gt", [var left, var right]) => new GoValue.Bool(Comparison.Order(left, right) > 0),
        ("ge", [var left, var right]) => new GoValue.Bool(Comparison.Order(left, right) >= 0),
        ("html", _) => new GoValue.Text(EscapeHtml(GoPrinter.PrintAll(arguments))),
        ("js", _) => new GoValue.Text(EscapeScript(GoPrinter.PrintAll(arguments))),
        ("urlquery", _) => new GoValue.Text(WebUtility.UrlEncode(GoPrinter.PrintAll(arguments))),
        ("json", [var value]) => new GoValue.Text(GoValueJson.Compact(value)),
        ("split", [GoValue.Text text, GoValue.Text separator]) => GoValue.Texts(Split(text.Value, separator.Value)),
        ("join", [GoValue.List list, GoValue.Text separator]) =>
            new GoValue.Text(string.Join(separator.Value, list.Items.Select(GoPrinter.Print))),
        ("title", [GoValue.Text text]) => new GoValue.Text(Title(text.Value)),
        ("lower", [GoValue.Text text]) => new GoValue.Text(text.Value.ToLowerInvariant()),
        ("upper", [GoValue.Text text]) => new GoValue.Text(text.Value.ToUpperInvariant()),
        ("pad", [GoValue.Text { Value: "" } text, GoValue.Integer, GoValue.Integer]) => text,
        ("pad", [GoValue.Text text, GoValue.Integer before, GoValue.Integer after]) =>
            new GoValue.Text(Blanks(before.Value) + text.Value + Blanks(after.Value)),
        ("truncate", [GoValue.Text text, GoValue.Integer length]) =>
            new GoValue.Text(text.Value[..(int)Math.Clamp(length.Value, 0, text.Value.Length)]),
        _ => throw new FormatException("wrong number or type of arguments"),
    };

    private static long Length(GoValue value) => value switch
    {
        GoValue.Text text => Encoding.UTF8.GetByteCount(text.Value),
        GoValue.List list => list.Items.Count,
        GoValue.Map map => map.Entries.Count,
        _ => throw new FormatException($"len of type {value.GoType}"),
    };

    private static GoValue Index(GoValue value, GoValue key) => (value, key) switch
    {
        (GoValue.Map map, GoValue.Text name) => map.Entries.GetValueOrDefault(name.Value) ?? map.Zero,
        (GoValue.List list, GoValue.Integer at) => at.Value >= 0 && at.Value < list.Items.Count
            ? list.Items[(int)at.Value]
            : throw new FormatException($"index out of range: {at.Value}"),
        (GoValue.Nil or GoValue.Absent, _) => throw new FormatException("index of untyped nil"),
        (GoValue.Map or GoValue.List, _) => throw new FormatException($"cannot index with {key.GoType}"),
        _ => throw new FormatException($"can't index item of type {value.GoType}"),
    };

    private static GoValue Slice(IReadOnlyList<GoValue> arguments)
    {
        var length = arguments[0] switch
        {
            GoValue.Text text => text.Value.Length,
            GoValue.List list => list.Items.Count,
            var other => throw new FormatException($"can't slice item of type {other.GoType}"),
        };
        var from = arguments.Count > 1 ? Bound(arguments[1], 0, length) : 0;
        var to = arguments.Count > 2 ? Bound(arguments[2], from, length) : length;
        return arguments[0] is GoValue.Text whole
            ? new GoValue.Text(whole.Value[from..to])
            : new GoValue.List([.. ((GoValue.List)arguments[0]).Items.Skip(from).Take(to - from)]);
    }

    private static int Bound(GoValue value, int least, int most) => value is GoValue.Integer at && at.Value >= least && at.Value <= most
        ? (int)at.Value
        : throw new FormatException($"index out of range: {GoPrinter.Print(value)}");

    private static IEnumerable<string> Split(string text, string separator) =>
        separator.Length == 0 ? text.EnumerateRunes().Select(rune => rune.ToString()) : text.Split(separator);

    private static string Title(string text)
    {
        var title = text.ToCharArray();
        for (var at = 0; at < title.Length; at++)
        {
            if (at == 0 || char.IsWhiteSpace(title[at - 1]))
            {
                title[at] = char.ToUpperInvariant(title[at]);
            }
        }

        return new string(title);
    }

    private static string Blanks(long count) => new(' ', (int)Math.Clamp(count, 0, 1000));

    private static string EscapeHtml(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&#34;", StringComparison.Ordinal)
        .Replace("'", "&#39;", StringComparison.Ordinal);

    private static string EscapeScript(string text) => text
        .Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("<", @"\u003C", StringComparison.Ordinal)
        .Replace(">", @"\u003E", StringComparison.Ordinal).Replace("&", @"\u0026", StringComparison.Ordinal)
        .Replace("=", @"\u003D", StringComparison.Ordinal).Replace("\n", @"\u000A", StringComparison.Ordinal);
}
