using System.Globalization;
using System.Text;

namespace BuildSharp.Linux;

/// <summary>One line of the mount table (proc(5), "/proc/pid/mountinfo").</summary>
public sealed record MountEntry
{
    /// <summary>Number of the mount.</summary>
    public required int Id { get; init; }

    /// <summary>Number of the mount it sits on.</summary>
    public required int ParentId { get; init; }

    /// <summary>Device number, <c>major:minor</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Which directory of the file system is shown.</summary>
    public required string Root { get; init; }

    /// <summary>Where it is shown.</summary>
    public required string MountPoint { get; init; }

    /// <summary>Options of this mount, such as <c>rw,nodev</c>.</summary>
    public required string Options { get; init; }

    /// <summary>Propagation, such as <c>shared:7</c>; empty for a private mount.</summary>
    public required IReadOnlyList<string> Propagation { get; init; }

    /// <summary>Type of the file system.</summary>
    public required string Type { get; init; }

    /// <summary>What is mounted, in the file system's words.</summary>
    public required string Source { get; init; }

    /// <summary>Options of the file system.</summary>
    public required string FileSystemOptions { get; init; }
}

/// <summary>The mounts that this process sees.</summary>
public static class MountTable
{
    /// <summary>Reads the table of this process; a later line may cover an earlier one.</summary>
    public static IReadOnlyList<MountEntry> Read() => Parse(File.ReadAllText("/proc/self/mountinfo"));

    /// <summary>Whether something is mounted exactly at the path, which must be free of symbolic links.</summary>
    public static bool IsMountPoint(string path)
    {
        if (!FileStatus.TryOf(path, out var status))
        {
            return false;
        }

        return status.IsMountRoot ?? Read().Any(entry => entry.MountPoint == path);
    }

    /// <summary>Reads the text of a table.</summary>
    /// <exception cref="FormatException">A line is not as proc(5) says.</exception>
    public static IReadOnlyList<MountEntry> Parse(string text)
    {
        var entries = new List<MountEntry>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split(' ');
            var separator = Array.IndexOf(fields, "-", Math.Min(6, fields.Length));
            if (separator < 6 || fields.Length < separator + 4)
            {
                throw new FormatException($"mountinfo: cannot read \"{line}\"");
            }

            entries.Add(new MountEntry
            {
                Id = int.Parse(fields[0], CultureInfo.InvariantCulture),
                ParentId = int.Parse(fields[1], CultureInfo.InvariantCulture),
                Device = fields[2],
                Root = Unescape(fields[3]),
                MountPoint = Unescape(fields[4]),
                Options = fields[5],
                Propagation = fields[6..separator],
                Type = fields[separator + 1],
                Source = Unescape(fields[separator + 2]),
                FileSystemOptions = Unescape(fields[separator + 3]),
            });
        }

        return entries;
    }

    /// <summary>The kernel writes blank, tab, newline and backslash as three octal digits.</summary>
    private static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal))
        {
            return field;
        }

        var bytes = new List<byte>(field.Length);
        var raw = Encoding.UTF8.GetBytes(field);
        for (var i = 0; i < raw.Length; i++)
        {
            var octal = raw[i] == '\\' && i + 3 < raw.Length && raw.AsSpan(i + 1, 3).ContainsAnyExceptInRange((byte)'0', (byte)'7') is false;
            bytes.Add(octal ? (byte)(((raw[i + 1] - '0') << 6) | ((raw[i + 2] - '0') << 3) | (raw[i + 3] - '0')) : raw[i]);
            i += octal ? 3 : 0;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
