namespace BuildSharp.Linux;

/// <summary>Resource limits of this process (getrlimit(2)).</summary>
public static unsafe class ProcessLimit
{
    // The numbers for x86, ARM, RISC-V, POWER and s390. Alpha, MIPS and SPARC differ, but .NET does not support them.
    private static readonly string[] ByNumber =
    [
        "cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile", "memlock", "as", "locks", "sigpending", "msgqueue", "nice",
        "rtprio", "rttime",
    ];

    /// <summary>Names of all limits in the kernel's order, in lower case without <c>RLIMIT_</c>.</summary>
    public static IReadOnlyList<string> Names => ByNumber;

    /// <summary>Hard limit, by lower-case name; <see cref="ulong.MaxValue"/> means unlimited.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static ulong Hard(string name) => Of(name).Hard;

    /// <summary>Soft limit, by lower-case name; <see cref="ulong.MaxValue"/> means unlimited.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static ulong Soft(string name) => Of(name).Soft;

    /// <summary>The kernel's number.</summary>
    internal static int NumberOf(string name) => Array.IndexOf(ByNumber, name) is >= 0 and var number
        ? number
        : throw new ArgumentException($"\"{name}\" is not a resource limit", nameof(name));

    private static ResourceLimit Of(string name)
    {
        ResourceLimit limit;
        return getrlimit(NumberOf(name), &limit) == 0 ? limit : throw LinuxException.Last("getrlimit");
    }
}
