using System.Globalization;

namespace BuildSharp.Linux;

/// <summary>How often the kernel killed a process because there was no memory for it (proc(5), <c>/proc/vmstat</c>), on this machine or in a
/// control group.</summary>
public static class OutOfMemory
{
    private const string Counter = "oom_kill ";

    /// <summary>The number since the system started; 0 when the kernel does not count.</summary>
    public static long Kills() => Parse(File.ReadLines("/proc/vmstat"));

    internal static long Parse(IEnumerable<string> lines) =>
        lines.FirstOrDefault(line => line.StartsWith(Counter, StringComparison.Ordinal)) is { } found
        && long.TryParse(found.AsSpan(Counter.Length), CultureInfo.InvariantCulture, out var kills) ? kills : 0;
}
