namespace BuildSharp.Linux;

/// <summary>User and group ids of this process.</summary>
public static class ProcessIdentity
{
    /// <summary>Effective user id, which determines the process's rights.</summary>
    public static uint EffectiveUser => geteuid();

    /// <summary>Real user id, that of the user who started the process.</summary>
    public static uint RealUser => getuid();

    /// <summary>Real group id.</summary>
    public static uint RealGroup => getgid();

    /// <summary>Whether the process has root rights in its user namespace.</summary>
    public static bool IsRoot => EffectiveUser == 0;

    /// <summary>Sets the process's umask.</summary>
    /// <returns>The previous umask.</returns>
    public static int SetFileModeMask(int mask) => (ushort)umask((ushort)mask);
}
