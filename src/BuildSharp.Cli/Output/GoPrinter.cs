using System.Text;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Output;

/// <summary>Writes a value as Go's <c>fmt</c> prints it, which scripts cut apart: <c>[a b]</c>, <c>map[k:v]</c>, <c>{v1 v2}</c>.</summary>
internal static class GoPrinter
{
    /// <summary>The form of <c>%v</c>; the lookup of a missing key shows as <c>&lt;no value&gt;</c>.</summary>
    public static string Print(GoValue value) => value switch
    {
        GoValue.Text text => text.Value,
        GoValue.Absent => "<no value>",
        _ => GoFormat.Print(value),
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
            {
                text.Append(' ');
            }

            text.Append(Print(values[at]));
        }

        return text.ToString();
    }
}
