using System.Text.RegularExpressions;

namespace BuildSharp.Testing;

/// <summary>What the kernel says is mounted, read without the product's own parser: tests use it to judge the product.</summary>
public static partial class MountPoints
{
    /// <summary>Mount points at or below <paramref name="path"/>, in the order they were mounted.</summary>
    public static IReadOnlyList<string> Below(string path) =>
        [.. All().Where(point => point == path || point.StartsWith(path + "/", StringComparison.Ordinal))];

    private static IEnumerable<string> All() =>
        File.ReadLines("/proc/self/mountinfo").Select(line => Unescape(line.Split(' ')[4]));

    /// <summary>The kernel writes space, tab, newline and backslash in a path as three octal digits.</summary>
    private static string Unescape(string field) =>
        OctalEscape().Replace(field, match => ((char)Convert.ToInt32(match.Groups[1].Value, 8)).ToString());

    [GeneratedRegex(@"\\([0-7]{3})")]
    private static partial Regex OctalEscape();
}
