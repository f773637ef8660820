namespace BuildSharp.Linux;

/// <summary>Control groups of the machine (cgroups(7)).</summary>
public static unsafe class ControlGroups
{
    /// <summary>Whether <c>/sys/fs/cgroup</c> is the unified hierarchy of cgroup v2; false with v1 controllers, including
    /// "hybrid".</summary>
    public static bool AreUnified => File.Exists("/sys/fs/cgroup/cgroup.controllers");

    /// <summary>Whether a hierarchy is mounted where groups can be made; in an unprivileged container they are read-only or missing.</summary>
    public static bool AreWritable => MountTable.Read().Any(entry => entry.Type is "cgroup" or "cgroup2" && !entry.Options.Split(',').Contains("ro"));

    /// <summary>Whether this process may make groups with limits below its own group: that of cgroup v2, or of v1's memory
    /// controller.</summary>
    public static bool IsOwnWritable => File.Exists("/proc/self/cgroup") && DirectoryOf(File.ReadAllText("/proc/self/cgroup"), AreUnified) is { } directory && MayWrite(directory);

    /// <summary>Directory of a process's own group; null when it has none.</summary>
    /// <param name="text">Text of <c>/proc/PID/cgroup</c>: lines of number, controllers and path.</param>
    /// <param name="isUnified">Whether the hierarchy is that of v2.</param>
    internal static string? DirectoryOf(string text, bool isUnified) => text.Split('\n')
        .Select(line => line.Split(':', 3))
        .Where(fields => fields.Length == 3 && (isUnified ? fields[0] == "0" : fields[1].Split(',').Contains("memory")))
        .Select(fields => $"/sys/fs/cgroup{(isUnified ? "" : "/memory")}{fields[2]}")
        .FirstOrDefault();

    private static bool MayWrite(string directory)
    {
        using var native = new NativePath(directory, stackalloc byte[NativePath.StackSize]);
        fixed (byte* path = native)
        {
            return access(path, W_OK) == 0;
        }
    }
}
