using System.IO.Enumeration;

namespace BuildSharp.Containers.Running;

/// <summary>Parts of /proc and /sys that tell about or act on the machine as a whole.</summary>
internal static class HiddenPaths
{
    private static readonly string[] UsuallyMasked =
    [
        "/proc/acpi", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi",
        "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware", "/sys/fs/selinux",
    ];

    private static readonly string[] UsuallyReadonly =
        ["/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    /// <summary>What is made to look empty.</summary>
    public static IReadOnlyList<string> Masked(SecurityOptions options, IEnumerable<string> thermalThrottlePaths) =>
        options.Unmask.Any(IsAll)
            ? options.Mask
            : [.. UsuallyMasked.Concat(thermalThrottlePaths).Where(path => !IsUnmasked(path, options)).Concat(options.Mask).Distinct()];

    /// <summary>What can be read only. <c>unmask=all</c> leaves these alone: it is about hiding.</summary>
    public static IReadOnlyList<string> Readonly(SecurityOptions options) =>
        [.. UsuallyReadonly.Where(path => !IsUnmasked(path, options))];

    private static bool IsAll(string pattern) => pattern.Equals("all", StringComparison.OrdinalIgnoreCase);

    private static bool IsUnmasked(string path, SecurityOptions options) =>
        options.Unmask.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, path, ignoreCase: false));
}
