using System.Globalization;

namespace BuildSharp.Linux;

/// <summary>A range of ids that a user may use in his user namespaces besides his own (subuid(5), subgid(5)).</summary>
/// <param name="First">The first id, as the machine has it.</param>
/// <param name="Count">How many follow each other.</param>
public readonly record struct SubordinateIds(uint First, uint Count)
{
    // A map of the kernel has at most 340 lines, and one is the user's own id.
    private const int MostRanges = 339;

    /// <summary>The ranges of a user in the text of /etc/subuid or /etc/subgid: lines <c>user:first:count</c>. Lines that are not in this
    /// form are skipped, as by newuidmap.</summary>
    /// <param name="text">Content of the file.</param>
    /// <param name="name">Name of the user; null when he has none.</param>
    /// <param name="id">Id of the user, which a line may have instead of the name.</param>
    public static IReadOnlyList<SubordinateIds> Of(string text, string? name, uint id)
    {
        var number = id.ToString(CultureInfo.InvariantCulture);
        return
        [
            .. text.Split('\n').Select(line => line.TrimEnd('\r').Split(':'))
                .Where(fields => fields.Length == 3 && fields[0].Length > 0 && (fields[0] == name || fields[0] == number))
                .Select(fields => uint.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
                    && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                    ? new SubordinateIds(first, count)
                    : default)
                .Where(range => range.Count > 0).Distinct().Take(MostRanges),
        ];
    }
}
