using System.Numerics;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Running;

/// <summary>A set of Linux capabilities, one bit each, numbered as the kernel does (capabilities(7)).</summary>
/// <param name="Bits">Bit n is capability n.</param>
internal readonly record struct CapabilitySet(ulong Bits)
{
    private static readonly string[] KernelOrder =
    [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "LINUX_IMMUTABLE",
        "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT",
        "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE",
        "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ",
        "PERFMON", "BPF", "CHECKPOINT_RESTORE",
    ];

    public const int SysResource = 24;

    /// <summary>Every capability that we know a name of.</summary>
    public static CapabilitySet All { get; } = new((1UL << KernelOrder.Length) - 1);

    public bool Has(int number) => (Bits >> number & 1) != 0;

    /// <summary>Whether the capability is in the set; its name is written with <c>CAP_</c>, and an unknown one is in no set.</summary>
    public bool Has(string name) => Array.IndexOf(KernelOrder, Bare(name)) is >= 0 and var number && Has(number);

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

    /// <summary>The set of a command: the usual one, plus what is added, minus what is dropped, within what we have ourselves.</summary>
    /// <param name="usual">Names with <c>CAP_</c>; those that are not ours to give are left out.</param>
    /// <param name="add">Names with or without <c>CAP_</c> in any case, or <c>all</c>.</param>
    /// <param name="drop">As <paramref name="add"/>; wins over it, and <c>all</c> leaves nothing.</param>
    /// <param name="available">Our own permitted set: nobody can hand on more.</param>
    /// <exception cref="BuildSharpException">A name is unknown, or one that was asked for by name is not ours to give.</exception>
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

    /// <summary>The name in capitals and with <c>CAP_</c>.</summary>
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
