namespace BuildSharp.Linux;

/// <summary>Who this process is to the kernel.</summary>
public static class ProcessIdentity
{
    /// <summary>The user whose rights the process has.</summary>
    public static uint EffectiveUser => geteuid();

    /// <summary>The user who started the process.</summary>
    public static uint RealUser => getuid();

    /// <summary>The group of the user who started the process.</summary>
    public static uint RealGroup => getgid();

    /// <summary>Whether the process has root's rights (in its user namespace).</summary>
    public static bool IsRoot => EffectiveUser == 0;

    /// <summary>Sets which permission bits files made from now on never get, for the whole process.</summary>
    /// <returns>The mask before.</returns>
    public static int SetFileModeMask(int mask) => (ushort)umask((ushort)mask);
}
