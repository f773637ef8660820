namespace BuildSharp.Linux;

/// <summary>Mount namespaces (mount_namespaces(7)).</summary>
internal static class MountNamespace
{
    /// <summary>Runs code on a separate thread in a new mount namespace, and waits for it. The namespace starts with the mounts of this
    /// process. Later mounts there are visible only to the code and to programs that it starts, and end with the last of these, however
    /// it ends.</summary>
    /// <param name="action">The code; it uses neither tasks nor threads, which would inherit the namespace.</param>
    /// <exception cref="LinuxException">The namespace cannot be created.</exception>
    public static T Run<T>(Func<T> action) => SeparateThread.Run(() =>
    {
        Enter();
        return action();
    });

    /// <summary>Moves the calling thread to a new mount namespace.</summary>
    public static void Enter()
    {
        if (unshare(CLONE_NEWNS) != 0)
        {
            throw LinuxException.Last("unshare");
        }

        // What this process unmounts must not stay mounted there; what is mounted there must not come here.
        Mount.Attach(null, "/", null, MountFlags.Slave | MountFlags.Recursive);
    }
}
