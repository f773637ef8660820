namespace BuildSharp.Containers.Running;

/// <summary>The mounts of a run in the order the runtime makes them.</summary>
internal static class MountList
{
    /// <summary>The group of terminals, on every distribution.</summary>
    public const uint TerminalGroup = 5;

    /// <summary>Where message queues and shared memory of an IPC namespace are seen. A machine need not have both.</summary>
    public static IReadOnlyList<string> IpcDirectories { get; } = ["/dev/mqueue", "/dev/shm"];

    /// <summary>What every container has, without what a user may put in its place.</summary>
    /// <param name="shmSize">Size of /dev/shm as tmpfs takes it.</param>
    public static IReadOnlyList<SpecMount> Builtin(string shmSize) =>
    [
        new("/proc", "proc", "proc", ["nosuid", "noexec", "nodev"]),
        new("/dev", "tmpfs", "tmpfs", ["nosuid", "noexec", "strictatime", "mode=755", "size=65536k"]),
        new("/sys", "sysfs", "sysfs", ["nosuid", "noexec", "nodev", "ro"]),
        new("/dev/pts", "devpts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", $"gid={TerminalGroup}"]),
        new("/dev/shm", "tmpfs", "shm", ["private", "nodev", "noexec", "nosuid", "mode=1777", $"size={shmSize}"]),
        new("/dev/mqueue", "mqueue", "mqueue", ["nosuid", "noexec", "nodev"]),
        new("/sys/fs/cgroup", "cgroup", "cgroup", ["rprivate", "nosuid", "noexec", "nodev", "relatime", "rw"]),
    ];

    /// <summary>What the kernel allows in a user namespace instead: of a network that is not the namespace's own no sysfs and no groups can
    /// be mounted, only the host's bound; no message queues of a foreign IPC namespace; and a terminal cannot belong to a group that is not
    /// mapped.</summary>
    public static IEnumerable<SpecMount> InUserNamespace(IEnumerable<SpecMount> mounts, bool ownsNetwork, bool ownsIpc, bool hasTerminalGroup) =>
        mounts.Where(mount => (ownsNetwork || mount.Type != "cgroup") && (ownsIpc || mount.Type != "mqueue")).Select(mount => mount.Type switch
        {
            "sysfs" when !ownsNetwork => new SpecMount("/sys", "bind", "/sys", ["rbind", "rprivate", "nosuid", "noexec", "nodev", "ro"]),
            "devpts" when !hasTerminalGroup => mount with { Options = [.. mount.Options.Where(option => option != $"gid={TerminalGroup}")] },
            _ => mount,
        });

    /// <summary>Sharing the IPC namespace means seeing its message queues and shared memory, which are mounts of the host.</summary>
    /// <param name="directories">Those of <see cref="IpcDirectories"/> that the host has.</param>
    public static IEnumerable<SpecMount> ForHostIpc(IEnumerable<string> directories) =>
        directories.Select(path => new SpecMount(path, "bind", path, ["bind", "nosuid", "noexec", "nodev"]));

    /// <summary>A file or directory bound with everything below it.</summary>
    public static SpecMount Bind(string source, string destination) => new(destination, "bind", source, ["rbind"]);

    /// <summary>Puts the mounts into order: of several at one destination the first stays, and parents come before what they would hide.</summary>
    public static IReadOnlyList<SpecMount> Arrange(IEnumerable<SpecMount> mounts) =>
        [.. mounts.DistinctBy(mount => mount.Destination).OrderBy(mount => ContainerPaths.Depth(mount.Destination))];
}
