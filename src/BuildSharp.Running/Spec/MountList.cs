namespace BuildSharp.Running.Spec;

/// <summary>The mounts of a run in the order the runtime makes them.</summary>
internal static class MountList
{
    /// <summary>Group ID of terminals, the same on every distribution.</summary>
    public const uint TerminalGroup = 5;

    /// <summary>Mount points for the message queues and shared memory of an IPC namespace. A host may lack one.</summary>
    public static IReadOnlyList<string> IpcDirectories { get; } = ["/dev/mqueue", "/dev/shm"];

    /// <summary>Mounts of every container, which the user's mounts may replace.</summary>
    /// <param name="shmSize">Size of /dev/shm, as tmpfs accepts it.</param>
    public static IReadOnlyList<SpecMount> Builtin(string shmSize) =>
    [
        new("/proc", "proc", "proc", ["nosuid", "noexec", "nodev"]),
        new("/dev", "tmpfs", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"]),
        new("/sys", "sysfs", "sysfs", ["nosuid", "noexec", "nodev", "ro"]),
        new("/dev/pts", "devpts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", $"gid={TerminalGroup}"]),
        new("/dev/shm", "tmpfs", "shm", ["private", "nodev", "noexec", "nosuid", "mode=1777", $"size={shmSize}"]),
        new("/dev/mqueue", "mqueue", "mqueue", ["nosuid", "noexec", "nodev"]),
        new("/sys/fs/cgroup", "cgroup", "cgroup", ["rprivate", "nosuid", "noexec", "nodev", "relatime", "rw"]),
    ];

    /// <summary>Adapts mounts to a user namespace, where the kernel restricts them: with the host's network, /sys is a bind mount and
    /// cgroup is left out; with the host's IPC namespace, mqueue is left out; without a mapped terminal group, devpts has no gid
    /// option.</summary>
    public static IEnumerable<SpecMount> InUserNamespace(IEnumerable<SpecMount> mounts, bool ownsNetwork, bool ownsIpc, bool hasTerminalGroup) =>
        mounts.Where(mount => (ownsNetwork || mount.Type != "cgroup") && (ownsIpc || mount.Type != "mqueue")).Select(mount => mount.Type switch
        {
            "sysfs" when !ownsNetwork => new SpecMount("/sys", "bind", "/sys", ["rbind", "rprivate", "nosuid", "noexec", "nodev", "ro"]),
            "devpts" when !hasTerminalGroup => mount with { Options = [.. mount.Options.Where(option => option != $"gid={TerminalGroup}")] },
            _ => mount,
        });

    /// <summary>Bind mounts for a shared IPC namespace: its message queues and shared memory are visible in the host's mounts
    /// only.</summary>
    /// <param name="directories">Existing ones of <see cref="IpcDirectories"/>.</param>
    public static IEnumerable<SpecMount> ForHostIpc(IEnumerable<string> directories) =>
        directories.Select(path => new SpecMount(path, "bind", path, ["bind", "nosuid", "noexec", "nodev"]));

    /// <summary>A recursive bind mount.</summary>
    public static SpecMount Bind(string source, string destination) => new(destination, "bind", source, ["rbind"]);

    /// <summary>Sorts the mounts: parents before mounts below them; of several with one destination, only the first is kept.</summary>
    public static IReadOnlyList<SpecMount> Arrange(IEnumerable<SpecMount> mounts) =>
        [.. mounts.DistinctBy(mount => mount.Destination).OrderBy(mount => ContainerPaths.Depth(mount.Destination))];
}
