using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>Limit of open file descriptors (RLIMIT_NOFILE, <c>ulimit -n</c>). Below the minimum a command would fail halfway, and a runtime
/// would hang.</summary>
public static class OpenFileLimit
{
    /// <summary>Minimum for any command that uses a store.</summary>
    public const int OfStore = 20;

    /// <summary>Minimum for running a container: runc 1.1 hangs with 20.</summary>
    public const int OfRuntime = 24;

    /// <summary>Throws if the limit is lower than needed.</summary>
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
