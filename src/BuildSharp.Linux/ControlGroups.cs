namespace BuildSharp.Linux;

/// <summary>The machine's control groups.</summary>
public static class ControlGroups
{
    /// <summary>Whether <c>/sys/fs/cgroup</c> is the one hierarchy of cgroup v2; false with v1 controllers, "hybrid" included.</summary>
    public static bool AreUnified => File.Exists("/sys/fs/cgroup/cgroup.controllers");
}
