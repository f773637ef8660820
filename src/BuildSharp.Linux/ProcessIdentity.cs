namespace BuildSharp.Linux;

/// <summary>User and group ids of this process.</summary>
public static unsafe class ProcessIdentity
{
    /// <summary>Effective user id, which determines the process's rights.</summary>
    public static uint EffectiveUser => geteuid();

    /// <summary>Real user id, that of the user who started the process.</summary>
    public static uint RealUser => getuid();

    /// <summary>Real group id.</summary>
    public static uint RealGroup => getgid();

    /// <summary>Whether the process has root rights in its user namespace.</summary>
    public static bool IsRoot => EffectiveUser == 0;

    /// <summary>Permitted capabilities; bit n is the capability with the kernel's number n.</summary>
    public static ulong PermittedCapabilities
    {
        get
        {
            var header = new CapabilityHeader { Version = LINUX_CAPABILITY_VERSION_3 };
            var data = stackalloc CapabilityData[2];
            return capget(&header, data) == 0 ? data[0].Permitted | ((ulong)data[1].Permitted << 32) : throw LinuxException.Last("capget");
        }
    }

    /// <summary>Sets the process's umask.</summary>
    /// <returns>The previous umask.</returns>
    public static int SetFileModeMask(int mask) => (ushort)umask((ushort)mask);
}
