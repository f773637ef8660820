using System.Globalization;
using System.Text;

namespace BuildSharp.Linux;

/// <summary>One line of the mount table (proc_pid_mountinfo(5)).</summary>
public sealed record MountEntry
{
    /// <summary>Id of the mount.</summary>
    public required int Id { get; init; }

    /// <summary>Id of the parent mount.</summary>
    public required int ParentId { get; init; }

    /// <summary>Device number, <c>major:minor</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Directory of the file system that is the root of this mount.</summary>
    public required string Root { get; init; }

    /// <summary>Path of the mount point.</summary>
    public required string MountPoint { get; init; }

    /// <summary>Options of the mount, such as <c>rw,nodev</c>.</summary>
    public required string Options { get; init; }

    /// <summary>Propagation fields, such as <c>shared:7</c>; empty for a private mount.</summary>
    public required IReadOnlyList<string> Propagation { get; init; }

    /// <summary>Type of the file system.</summary>
    public required string Type { get; init; }

    /// <summary>Source of the mount; its meaning depends on the file system.</summary>
    public required string Source { get; init; }

    /// <summary>Options of the file system.</summary>
    public required string FileSystemOptions { get; init; }
}

/// <summary>The mounts in this process's mount namespace.</summary>
public static class MountTable
{
    /// <summary>Reads the mount table. A later mount may cover an earlier one.</summary>
    public static IReadOnlyList<MountEntry> Read() => Parse(File.ReadAllText("/proc/self/mountinfo"));

    /// <summary>Whether the path is a mount point. It must not contain symbolic links.</summary>
    public static bool IsMountPoint(string path)
    {
        if (!FileStatus.TryOf(path, out var status))
        {
            return false;
        }

        return status.IsMountRoot ?? Read().Any(entry => entry.MountPoint == path);
    }

    /// <summary>Parses the text of a mount table.</summary>
    /// <exception cref="FormatException">A line does not have the documented format.</exception>
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

    /// <summary>Decodes the octal escapes of blanks, tabs, newlines and backslashes.</summary>
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
