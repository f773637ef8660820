using System.IO.Enumeration;

namespace BuildSharp.Running.Spec;

/// <summary>Paths in /proc and /sys that reveal or change the state of the whole machine.</summary>
internal static class HiddenPaths
{
    private static readonly string[] UsuallyMasked =
    [
        "/proc/acpi", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi",
        "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware", "/sys/fs/selinux",
    ];

    private static readonly string[] UsuallyReadonly =
        ["/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    /// <summary>Paths to mask, so that they appear empty.</summary>
    public static IReadOnlyList<string> Masked(SecurityOptions options, IEnumerable<string> thermalThrottlePaths) =>
        options.Unmask.Any(IsAll)
            ? options.Mask
            : [.. UsuallyMasked.Concat(thermalThrottlePaths).Where(path => !IsUnmasked(path, options)).Concat(options.Mask).Distinct()];

    /// <summary>Paths to mount read-only. <c>unmask=all</c> does not change these.</summary>
    public static IReadOnlyList<string> Readonly(SecurityOptions options) =>
        [.. UsuallyReadonly.Where(path => !IsUnmasked(path, options))];

    private static bool IsAll(string pattern) => pattern.Equals("all", StringComparison.OrdinalIgnoreCase);

    private static bool IsUnmasked(string path, SecurityOptions options) =>
        options.Unmask.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, path, ignoreCase: false));
}
