using System.Globalization;

namespace BuildSharp.Containers.Running;

/// <summary>The interpreters that are registered with the kernel for programs it cannot run itself (<c>admin-guide/binfmt-misc.rst</c>).</summary>
internal static class BinaryFormats
{
    /// <summary>Where the kernel shows them, a file for each.</summary>
    public const string Registry = "/proc/sys/fs/binfmt_misc";

    /// <summary>Whether one is registered for a program; null when that cannot be seen here, as in many containers.</summary>
    /// <param name="head">The program's first bytes.</param>
    /// <param name="registry">The directory to look in.</param>
    public static bool? Find(byte[] head, string registry)
    {
        try
        {
            return File.Exists(Path.Combine(registry, "status"))
                ? Directory.EnumerateFiles(registry).Any(file => Fits(File.ReadAllLines(file), head))
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool Fits(string[] entry, byte[] head)
    {
        if (entry is not ["enabled", ..] || Value(entry, "magic ") is not { } magic)
        {
            return false;
        }

        var offset = int.TryParse(Value(entry, "offset "), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var wanted = Convert.FromHexString(magic);
        var mask = Value(entry, "mask ") is { } bits ? Convert.FromHexString(bits) : [.. Enumerable.Repeat((byte)0xFF, wanted.Length)];
        return head.Length >= offset + wanted.Length && mask.Length == wanted.Length
            && wanted.Index().All(one => (head[offset + one.Index] & mask[one.Index]) == (one.Item & mask[one.Index]));
    }

    private static string? Value(string[] entry, string name) =>
        entry.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..];
}
