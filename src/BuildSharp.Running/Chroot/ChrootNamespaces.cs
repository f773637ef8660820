using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Chroot;

/// <summary>Enters the namespaces of a run. The parent has entered that of mounts already, and that of process ids, which takes effect on
/// children only.</summary>
internal static class ChrootNamespaces
{
    private static readonly (string Type, NamespaceKinds Kind)[] Known =
    [
        ("ipc", NamespaceKinds.Ipc), ("uts", NamespaceKinds.Uts), ("network", NamespaceKinds.Network), ("cgroup", NamespaceKinds.Cgroup),
    ];

    public static void EnterProcessIds(RuntimeSpec spec)
    {
        if (spec.Namespaces.FirstOrDefault(space => space.Type == "pid") is { } pids)
        {
            Enter(pids, NamespaceKinds.Pid);
        }
    }

    public static void Enter(RuntimeSpec spec)
    {
        foreach (var space in spec.Namespaces)
        {
            if (Array.Find(Known, known => known.Type == space.Type) is { Type: not null } found)
            {
                Enter(space, found.Kind);
            }
        }
    }

    /// <summary>Sets up what a new namespace lacks: a hostname, the loopback device, kernel parameters.</summary>
    public static void Configure(RuntimeSpec spec)
    {
        if (spec.Hostname.Length > 0)
        {
            SetHostname(spec.Hostname);
        }

        if (spec.Namespaces.Any(space => space is { Type: "network", Path: null }))
        {
            ThreadNamespaces.StartLoopback();
        }

        foreach (var (name, value) in spec.Sysctl)
        {
            File.WriteAllText("/proc/sys/" + name.Replace('.', '/'), value);
        }
    }

    private static void SetHostname(string name)
    {
        try
        {
            ThreadNamespaces.SetHostname(name);
        }
        catch (LinuxException error) when (error.Errno == Errno.EPERM)
        {
            // The filter of a container around ours may forbid the call, as podman's does; the command then sees that container's name, as
            // under buildah.
        }
    }

    private static void Enter(SpecNamespace space, NamespaceKinds kind)
    {
        try
        {
            if (space.Path is { } path)
            {
                ThreadNamespaces.Join(path, kind);
            }
            else
            {
                ThreadNamespaces.Create(kind);
            }
        }
        catch (LinuxException error)
        {
            var flag = space.Type == "cgroup" ? "cgroupns" : space.Type;
            throw new BuildSharpException(
                $"{(space.Path is null ? "making" : "joining")} the {space.Type} namespace of the command: {error.Reason}; --{flag} host shares ours", error);
        }
    }
}
