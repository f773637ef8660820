namespace BuildSharp.Linux;

/// <summary>Control groups of the machine (cgroups(7)).</summary>
public static class ControlGroups
{
    /// <summary>Whether <c>/sys/fs/cgroup</c> is the unified hierarchy of cgroup v2; false with v1 controllers, including
    /// "hybrid".</summary>
    public static bool AreUnified => File.Exists("/sys/fs/cgroup/cgroup.controllers");

    /// <summary>Whether a hierarchy is mounted where groups can be made; in an unprivileged container they are read-only or missing.</summary>
    public static bool AreWritable => MountTable.Read().Any(entry => entry.Type is "cgroup" or "cgroup2" && !entry.Options.Split(',').Contains("ro"));
}
