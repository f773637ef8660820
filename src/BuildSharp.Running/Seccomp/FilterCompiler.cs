using System.Runtime.InteropServices;
using BuildSharp.Oci;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Seccomp;

/// <summary>Translates the seccomp section of a runtime config to a filter for the kernel, as libseccomp does for a runtime.</summary>
internal static class FilterCompiler
{
    // The kernel's BPF_MAXINSNS.
    private const int MostInstructions = 4096;

    private const uint Kill = 0x8000_0000;
    private const uint X32Bit = 0x4000_0000;

    /// <summary>Translates the section.</summary>
    /// <returns>The instructions, each of eight bytes.</returns>
    /// <exception cref="BuildSharpException">The profile has something that cannot be translated.</exception>
    public static byte[] Compile(SpecSeccomp profile, string nativeArchitecture)
    {
        try
        {
            var architectures = profile.Architectures.Count > 0
                ? profile.Architectures
                : SeccompArchitectures.For(nativeArchitecture, foreign: false);

            // A call of an architecture that the profile does not name ends the process, as with libseccomp.
            List<FilterInstruction> code = [FilterCode.Return(Kill)];
            var known = false;
            foreach (var architecture in architectures.Reverse())
            {
                if (SystemCallNumbers.Of(architecture) is { } numbers)
                {
                    known = true;
                    code = FilterCode.IfEqual(AuditNumber(architecture), [FilterCode.LoadNumber, .. Calls(profile, architecture, numbers)], code);
                }
            }

            return !known ? throw new FormatException($"no system calls are known for {string.Join(", ", architectures)}")
                : code.Count + 1 > MostInstructions ? throw new FormatException($"it takes more than {MostInstructions} instructions")
                : MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan<FilterInstruction>([FilterCode.LoadArchitecture, .. code])).ToArray();
        }
        catch (FormatException error)
        {
            throw new BuildSharpException($"the seccomp profile cannot be used with --isolation chroot: {error.Message}", error);
        }
    }

    /// <summary>Flags for seccomp(2).</summary>
    /// <exception cref="BuildSharpException">A flag is unknown.</exception>
    public static uint Flags(SpecSeccomp profile)
    {
        var flags = 0u;
        foreach (var name in profile.Flags)
        {
            flags |= name switch
            {
                "SECCOMP_FILTER_FLAG_TSYNC" => 0u, // for the other threads of the process, and a program starts with one
                "SECCOMP_FILTER_FLAG_LOG" => 2u,
                "SECCOMP_FILTER_FLAG_SPEC_ALLOW" => 4u,
                _ => throw new BuildSharpException($"the seccomp profile cannot be used with --isolation chroot: unknown flag \"{name}\""),
            };
        }

        return flags;
    }

    private static List<FilterInstruction> Calls(SpecSeccomp profile, string architecture, Dictionary<string, uint> numbers)
    {
        var otherwise = Verdict(profile.DefaultAction, profile.DefaultErrnoRet);
        var rules = new SortedDictionary<uint, List<SpecSyscallRule>>();
        foreach (var rule in profile.Syscalls)
        {
            foreach (var name in rule.Names)
            {
                // A name that the architecture lacks is not an error: profiles are written for all.
                if (numbers.TryGetValue(name, out var number))
                {
                    if (!rules.TryGetValue(number, out var list))
                    {
                        rules.Add(number, list = []);
                    }

                    list.Add(rule);
                }
            }
        }

        var search = Search(Ranges(rules, otherwise), 0, int.MaxValue);
        return architecture == "SCMP_ARCH_X86_64" ? FilterCode.IfNotLess(X32Bit, [FilterCode.Return(Kill)], search) : search;
    }

    // Adjacent numbers with one verdict are one range, which makes the search short.
    private static List<(uint First, List<FilterInstruction> Code)> Ranges(SortedDictionary<uint, List<SpecSyscallRule>> rules, uint otherwise)
    {
        List<(uint First, List<FilterInstruction> Code)> ranges = [(0, [FilterCode.Return(otherwise)])];
        var next = 0u;
        foreach (var (number, list) in rules)
        {
            if (number > next)
            {
                Add(next, [FilterCode.Return(otherwise)]);
            }

            Add(number, Decide(list, otherwise));
            next = number + 1;
        }

        Add(next, [FilterCode.Return(otherwise)]);
        return ranges;

        void Add(uint first, List<FilterInstruction> code)
        {
            if (first == ranges[^1].First)
            {
                ranges[^1] = (first, code);
            }
            else if (!code.SequenceEqual(ranges[^1].Code))
            {
                ranges.Add((first, code));
            }
        }
    }

    // Conditions have precedence over a rule for every call of that number.
    private static List<FilterInstruction> Decide(List<SpecSyscallRule> rules, uint otherwise)
    {
        var code = new List<FilterInstruction>();
        foreach (var rule in rules.Where(rule => rule.Arguments.Count > 0))
        {
            code.AddRange(FilterCode.ReturnIf(rule.Arguments, Verdict(rule.Action, rule.ErrnoRet)));
        }

        var always = rules.Find(rule => rule.Arguments.Count == 0);
        code.Add(FilterCode.Return(always is null ? otherwise : Verdict(always.Action, always.ErrnoRet)));
        return code;
    }

    private static List<FilterInstruction> Search(List<(uint First, List<FilterInstruction> Code)> ranges, int start, int end)
    {
        end = Math.Min(end, ranges.Count);
        if (end - start == 1)
        {
            return ranges[start].Code;
        }

        var middle = (start + end) / 2;
        return FilterCode.IfNotLess(ranges[middle].First, Search(ranges, middle, end), Search(ranges, start, middle));
    }

    // The kernel's AUDIT_ARCH_ numbers.
    private static uint AuditNumber(string architecture) => architecture switch
    {
        "SCMP_ARCH_X86_64" => 0xC000_003E,
        "SCMP_ARCH_AARCH64" => 0xC000_00B7,
        "SCMP_ARCH_X86" => 0x4000_0003,
        _ => throw new FormatException($"unknown architecture {architecture}"),
    };

    private static uint Verdict(string action, uint? errno) => action switch
    {
        "SCMP_ACT_ALLOW" => 0x7FFF_0000,
        "SCMP_ACT_ERRNO" => 0x0005_0000 | ((errno ?? 1) & 0xFFFF),
        "SCMP_ACT_KILL" or "SCMP_ACT_KILL_THREAD" => 0,
        "SCMP_ACT_KILL_PROCESS" => Kill,
        "SCMP_ACT_TRAP" => 0x0003_0000,
        "SCMP_ACT_TRACE" => 0x7FF0_0000 | ((errno ?? 1) & 0xFFFF),
        "SCMP_ACT_LOG" => 0x7FFC_0000,
        _ => throw new FormatException($"action \"{action}\" is not supported"),
    };
}
