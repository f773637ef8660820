using BuildSharp.Linux;

namespace BuildSharp.Running.Chroot;

/// <summary>Mount options of a runtime config, as mount(2) takes them.</summary>
/// <param name="Flags">Flags that are wanted.</param>
/// <param name="Cleared">Flags that are explicitly not wanted.</param>
/// <param name="Propagation">Propagation; none for the default.</param>
/// <param name="IsRecursive">Whether a bind mount includes the mounts below its source.</param>
/// <param name="Data">Options of the file system.</param>
internal sealed record MountWords(MountFlags Flags, MountFlags Cleared, MountFlags Propagation, bool IsRecursive, IReadOnlyList<string> Data)
{
    public static MountWords Of(IEnumerable<string> options)
    {
        var (flags, cleared, propagation, recursive, data) = (MountFlags.None, MountFlags.None, MountFlags.None, false, new List<string>());
        foreach (var option in options)
        {
            if (Flag(option) is not MountFlags.None and var flag)
            {
                flags |= flag;
                cleared &= ~flag;
            }
            else if (Opposite(option) is not MountFlags.None and var opposite)
            {
                cleared |= opposite;
                flags &= ~opposite;
            }
            else if (PropagationOf(option) is not MountFlags.None and var found)
            {
                propagation = found;
            }
            else if (option is "bind" or "bind-nonrecursive" or "rbind")
            {
                recursive = option == "rbind";
            }
            else
            {
                data.Add(option);
            }
        }

        return new MountWords(flags, cleared, propagation, recursive, data);
    }

    private static MountFlags Flag(string option) => option switch
    {
        "ro" or "readonly" => MountFlags.ReadOnly,
        "nosuid" => MountFlags.NoSetUid,
        "nodev" => MountFlags.NoDevices,
        "noexec" => MountFlags.NoExecute,
        "noatime" => MountFlags.NoAccessTime,
        "nodiratime" => MountFlags.NoDirectoryAccessTime,
        "relatime" => MountFlags.RelativeAccessTime,
        "strictatime" => MountFlags.StrictAccessTime,
        _ => MountFlags.None,
    };

    private static MountFlags Opposite(string option) => option switch
    {
        "rw" or "readwrite" => MountFlags.ReadOnly,
        "suid" => MountFlags.NoSetUid,
        "dev" => MountFlags.NoDevices,
        "exec" => MountFlags.NoExecute,
        _ => MountFlags.None,
    };

    private static MountFlags PropagationOf(string option) => option switch
    {
        "private" => MountFlags.Private,
        "rprivate" => MountFlags.Private | MountFlags.Recursive,
        "slave" => MountFlags.Slave,
        "rslave" => MountFlags.Slave | MountFlags.Recursive,
        "shared" => MountFlags.Shared,
        "rshared" => MountFlags.Shared | MountFlags.Recursive,
        "unbindable" => MountFlags.Unbindable,
        "runbindable" => MountFlags.Unbindable | MountFlags.Recursive,
        _ => MountFlags.None,
    };
}
