using System.Text;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Output;

/// <summary>Prints values as Go's <c>fmt</c> does, because scripts parse its forms: <c>[a b]</c>, <c>map[k:v]</c>, <c>{v1
/// v2}</c>.</summary>
internal static class GoPrinter
{
    /// <summary>Formats a value with <c>%v</c>; a missing map key prints as <c>&lt;no value&gt;</c>.</summary>
    public static string Print(GoValue value) => value switch
    {
        GoValue.Text text => text.Value,
        GoValue.Absent => "<no value>",
        _ => GoFormat.Print(value),
    };

    /// <summary><c>2026-11-21 21:20:43.013 +0000 UTC</c>.</summary>
    public static string Print(Timestamp time) =>
        time.ToString().Replace('T', ' ').Replace("Z", " +0000 UTC", StringComparison.Ordinal);

    /// <summary>Joins values as Go's <c>Print</c> does: with a blank between two neighbours that are both not strings.</summary>
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
