namespace BuildSharp.Linux;

/// <summary>Core dumps of this process (core(5)).</summary>
public static class CoreDump
{
    /// <summary>Excludes this process from core dumps (PR_SET_DUMPABLE), because its memory holds secrets. Programs that it starts are not
    /// affected.</summary>
    public static void Disable()
    {
        if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        {
            throw LinuxException.Last("prctl");
        }
    }
}
