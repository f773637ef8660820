using System.Globalization;

namespace BuildSharp.Running.Preparing;

/// <summary>Interpreters registered with the kernel for programs that it cannot execute itself (kernel,
/// admin-guide/binfmt-misc.rst).</summary>
internal static class BinaryFormats
{
    /// <summary>Directory with a file for each interpreter.</summary>
    public const string Registry = "/proc/sys/fs/binfmt_misc";

    /// <summary>Whether an interpreter is registered for a program; null when unknown, because the directory is not mounted, as in many
    /// containers.</summary>
    /// <param name="head">First bytes of the program.</param>
    /// <param name="registry">Directory with the registrations.</param>
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
