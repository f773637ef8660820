namespace BuildSharp.Linux;

/// <summary>Control groups of the machine (cgroups(7)).</summary>
public static class ControlGroups
{
    /// <summary>Whether <c>/sys/fs/cgroup</c> is the unified hierarchy of cgroup v2; false with v1 controllers, including
    /// "hybrid".</summary>
    public static bool AreUnified => File.Exists("/sys/fs/cgroup/cgroup.controllers");
}
