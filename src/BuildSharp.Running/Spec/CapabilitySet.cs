using System.Numerics;
using BuildSharp.Oci;

namespace BuildSharp.Running.Spec;

/// <summary>A set of Linux capabilities (capabilities(7)).</summary>
/// <param name="Bits">Bit n is the capability with the kernel's number n.</param>
public readonly record struct CapabilitySet(ulong Bits)
{
    private static readonly string[] KernelOrder =
    [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "LINUX_IMMUTABLE",
        "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT",
        "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE",
        "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ",
        "PERFMON", "BPF", "CHECKPOINT_RESTORE",
    ];

    /// <summary>Number of CAP_SYS_ADMIN.</summary>
    public const int SysAdmin = 21;

    /// <summary>Number of CAP_NET_ADMIN.</summary>
    public const int NetAdmin = 12;

    /// <summary>Number of CAP_SYS_RESOURCE.</summary>
    public const int SysResource = 24;

    /// <summary>Default capabilities of containers-common, with <c>CAP_</c>. Unlike Docker's, they do not include NET_RAW, MKNOD and
    /// AUDIT_WRITE.</summary>
    public static IReadOnlyList<string> DefaultNames { get; } =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_NET_BIND_SERVICE", "CAP_SETFCAP", "CAP_SETGID",
        "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_CHROOT",
    ];

    /// <summary>All capabilities with a name known here.</summary>
    public static CapabilitySet All { get; } = new((1UL << KernelOrder.Length) - 1);

    /// <summary>Whether the set has the capability with that number.</summary>
    public bool Has(int number) => (Bits >> number & 1) != 0;

    /// <summary>Whether the set has the capability with that name, which includes <c>CAP_</c>; false for an unknown name.</summary>
    public bool Has(string name) => Array.IndexOf(KernelOrder, Bare(name)) is >= 0 and var number && Has(number);

    /// <summary>The names, with <c>CAP_</c>, in the kernel's order.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            var names = new List<string>(BitOperations.PopCount(Bits));
            for (var number = 0; number < KernelOrder.Length; number++)
            {
                if (Has(number))
                {
                    names.Add("CAP_" + KernelOrder[number]);
                }
            }

            return names;
        }
    }

    /// <summary>Capabilities of a command: the default ones, plus the added, minus the dropped ones, limited to our own.</summary>
    /// <param name="usual">Default capabilities, with <c>CAP_</c>; those that we lack are left out.</param>
    /// <param name="add">Names in any case with or without <c>CAP_</c>, or <c>all</c>.</param>
    /// <param name="drop">Like <paramref name="add"/>, with precedence over it; <c>all</c> leaves none.</param>
    /// <param name="available">Our own permitted set.</param>
    /// <exception cref="BuildSharpException">A name is unknown, or we lack a capability that was added by name.</exception>
    public static CapabilitySet Resolve(IEnumerable<string> usual, IEnumerable<string> add, IEnumerable<string> drop, CapabilitySet available)
    {
        var basis = Parse("default_capabilities", usual);
        var added = Parse("--cap-add", add);
        var dropped = Parse("--cap-drop", drop);
        var missing = new CapabilitySet(added.Bits == All.Bits ? 0 : added.Bits & ~dropped.Bits & ~available.Bits);
        if (missing.Bits != 0)
        {
            throw new BuildSharpException(
                $"--cap-add {missing.Names[0]}: buildsharp itself runs without this capability and cannot hand it to the command");
        }

        return new CapabilitySet((basis.Bits | added.Bits) & ~dropped.Bits & available.Bits);
    }

    /// <summary>The set with these names, which include <c>CAP_</c>; unknown ones are left out.</summary>
    public static CapabilitySet Of(IEnumerable<string> names) =>
        new(names.Select(name => Array.IndexOf(KernelOrder, Bare(name))).Where(number => number >= 0).Aggregate(0UL, (bits, number) => bits | (1UL << number)));

    /// <summary>The name in upper case with <c>CAP_</c>.</summary>
    public static string FullName(string name) => "CAP_" + Bare(name.ToUpperInvariant());

    private static CapabilitySet Parse(string flag, IEnumerable<string> names)
    {
        var bits = 0UL;
        foreach (var name in names)
        {
            if (name.Equals("all", StringComparison.OrdinalIgnoreCase))
            {
                return All;
            }

            var number = Array.IndexOf(KernelOrder, Bare(name.ToUpperInvariant()));
            bits |= number >= 0 ? 1UL << number : throw new BuildSharpException($"{flag} {name}: unknown capability");
        }

        return new CapabilitySet(bits);
    }

    private static string Bare(string name) => name.StartsWith("CAP_", StringComparison.Ordinal) ? name[4..] : name;
}
