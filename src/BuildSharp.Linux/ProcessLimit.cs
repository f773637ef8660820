namespace BuildSharp.Linux;

/// <summary>The limits of this process (getrlimit(2)).</summary>
public static unsafe class ProcessLimit
{
    // The numbers of x86, ARM, RISC-V, POWER and s390; Alpha, MIPS and SPARC have others, and .NET has none of those.
    private static readonly string[] ByNumber =
    [
        "cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile", "memlock", "as", "locks", "sigpending", "msgqueue", "nice",
        "rtprio", "rttime",
    ];

    /// <summary>Names of all limits in the kernel's order, lower case and without <c>RLIMIT_</c>.</summary>
    public static IReadOnlyList<string> Names => ByNumber;

    /// <summary>The hard limit by its lower-case name; <see cref="ulong.MaxValue"/> is "unlimited".</summary>
    /// <exception cref="ArgumentException">No limit has this name.</exception>
    public static ulong Hard(string name) => Of(name).Hard;

    /// <summary>The limit that is in force, by its lower-case name; <see cref="ulong.MaxValue"/> is "unlimited".</summary>
    /// <exception cref="ArgumentException">No limit has this name.</exception>
    public static ulong Soft(string name) => Of(name).Soft;

    private static ResourceLimit Of(string name)
    {
        var number = Array.IndexOf(ByNumber, name);
        if (number < 0)
        {
            throw new ArgumentException($"\"{name}\" is not a resource limit", nameof(name));
        }

        ResourceLimit limit;
        return getrlimit(number, &limit) == 0 ? limit : throw LinuxException.Last("getrlimit");
    }
}
