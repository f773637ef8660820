using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>The descriptors that a process may have (RLIMIT_NOFILE, <c>ulimit -n</c>). With too few, a command would end somewhere in its
/// middle, and a runtime waits for itself for ever.</summary>
public static class OpenFileLimit
{
    /// <summary>What every command on a store needs.</summary>
    public const int OfStore = 20;

    /// <summary>What running a command needs: runc 1.1 hangs with 20.</summary>
    public const int OfRuntime = 24;

    /// <summary>Refuses to go on with fewer descriptors than needed.</summary>
    /// <exception cref="BuildSharpException">The limit is lower.</exception>
    public static void Require(int needed)
    {
        var limit = ProcessLimit.Soft("nofile");
        if (limit < (ulong)needed)
        {
            throw new BuildSharpException($"only {limit} files may be open at a time, and {needed} are needed: raise the limit (ulimit -n)");
        }
    }
}
