using System.Diagnostics;
using System.Globalization;
using BuildSharp.Oci;
using BuildSharp.Running.Seccomp;
using BuildSharp.Running.Spec;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Running;

/// <summary>Filters for system calls, executed here as the kernel executes them.</summary>
public sealed class FilterCompilerTests
{
    private const uint Amd64 = 0xC000_003E;
    private const uint X86 = 0x4000_0003;
    private const uint Arm64 = 0xC000_00B7;
    private const uint Allow = 0x7FFF_0000;
    private const uint Kill = 0x8000_0000;
    private const uint Enosys = 0x0005_0026;

    [Theory]
    [InlineData("amd64", Amd64, "SCMP_ARCH_X86_64")]
    [InlineData("arm64", Arm64, "SCMP_ARCH_AARCH64")]
    public void The_default_profile_has_the_verdict_of_its_rules_for_every_number(string architecture, uint audit, string name)
    {
        var profile = Default(architecture, foreign: false, "CAP_SYS_CHROOT");
        var filter = FilterCompiler.Compile(profile, architecture);
        var names = SystemCallNumbers.Of(name)!.ToDictionary(pair => pair.Value, pair => pair.Key);
        for (var number = 0u; number < 600; number++)
        {
            var rules = profile.Syscalls.Where(rule => names.TryGetValue(number, out var call) && rule.Names.Contains(call)).ToList();
            if (rules.TrueForAll(rule => rule.Arguments.Count == 0))
            {
                var expected = rules.Count == 0 ? Enosys : rules[0].Action == "SCMP_ACT_ALLOW" ? Allow : 0x0005_0000 | rules[0].ErrnoRet;
                Assert.Equal((number, expected), (number, Run(filter, audit, number)));
            }
        }

        Assert.Equal(Allow, Run(filter, audit, SystemCallNumbers.Of(name)!["chroot"]));
        Assert.Equal(0x0005_0001u, Run(filter, audit, SystemCallNumbers.Of(name)!["kexec_load"]));
        Assert.Equal(Kill, Run(filter, 0x1234, 0));
        Assert.True(filter.Length / 8 < 400, $"{filter.Length / 8} instructions");
    }

    [Fact]
    public void Sockets_and_personalities_are_judged_by_their_arguments()
    {
        var filter = FilterCompiler.Compile(Default("amd64", foreign: false), "amd64");
        const uint socket = 41, personality = 135;
        Assert.Equal(Allow, Run(filter, Amd64, socket, 2, 1, 0));
        Assert.Equal(Allow, Run(filter, Amd64, socket, 16, 3, 0));
        Assert.Equal(Allow, Run(filter, Amd64, socket, 2, 3, 9));
        Assert.Equal(0x0005_0016u, Run(filter, Amd64, socket, 16, 3, 9));
        Assert.Equal(Allow, Run(filter, Amd64, personality, 0x20008));
        Assert.Equal(Allow, Run(filter, Amd64, personality, 0xFFFF_FFFF));
        Assert.Equal(Enosys, Run(filter, Amd64, personality, 0x40000));
        Assert.Equal(Enosys, Run(filter, Amd64, personality, 0x1_0000_0008));
    }

    [Theory]
    [InlineData("SCMP_CMP_EQ", 0)]
    [InlineData("SCMP_CMP_NE", 0)]
    [InlineData("SCMP_CMP_LT", 0)]
    [InlineData("SCMP_CMP_LE", 0)]
    [InlineData("SCMP_CMP_GT", 0)]
    [InlineData("SCMP_CMP_GE", 0)]
    [InlineData("SCMP_CMP_MASKED_EQ", 0x1_0000_0001)]
    public void Comparisons_are_of_64_bits(string comparison, ulong second)
    {
        ulong[] values = [0, 1, 5, 0xFFFF_FFFF, 0x1_0000_0000, 0x1_0000_0001, 0x1_0000_0005, 0x2_0000_0001, 0xFFFF_FFFF_0000_0000, ulong.MaxValue];
        foreach (var wanted in values)
        {
            var rule = new SpecSyscallRule(["read"], "SCMP_ACT_ERRNO", 7, [new SpecSyscallArgument(3, wanted, second, comparison)]);
            var filter = FilterCompiler.Compile(new SpecSeccomp("SCMP_ACT_ALLOW", null, [], [], [rule]), "amd64");
            foreach (var value in values)
            {
                var holds = comparison switch
                {
                    "SCMP_CMP_EQ" => value == wanted,
                    "SCMP_CMP_NE" => value != wanted,
                    "SCMP_CMP_LT" => value < wanted,
                    "SCMP_CMP_LE" => value <= wanted,
                    "SCMP_CMP_GT" => value > wanted,
                    "SCMP_CMP_GE" => value >= wanted,
                    _ => (value & wanted) == second,
                };
                Assert.Equal((value, wanted, holds ? 0x0005_0007u : Allow), (value, wanted, Run(filter, Amd64, 0, 0, 0, 0, value)));
            }
        }
    }

    [Fact]
    public void Programs_of_32_bits_are_filtered_by_their_own_numbers_and_x32_is_not_allowed()
    {
        var filter = FilterCompiler.Compile(Default("amd64", foreign: true), "amd64");
        Assert.Equal(Allow, Run(filter, X86, 102)); // socketcall
        Assert.Equal(Allow, Run(filter, X86, 11)); // execve
        Assert.Equal(0x0005_0001u, Run(filter, X86, 283)); // kexec_load
        Assert.Equal(Allow, Run(filter, Amd64, 59)); // execve
        Assert.Equal(Kill, Run(filter, Amd64, 0x4000_0000));
    }

    [Fact]
    public void A_profile_that_cannot_be_translated_is_refused()
    {
        SpecSeccomp With(SpecSyscallRule rule) => new("SCMP_ACT_ALLOW", null, [], [], [rule]);
        Assert.Contains("SCMP_ACT_NOTIFY", Refused(() => FilterCompiler.Compile(With(new(["read"], "SCMP_ACT_NOTIFY", null, [])), "amd64")));
        Assert.Contains("no argument 6", Refused(() => FilterCompiler.Compile(With(new(["read"], "SCMP_ACT_ERRNO", 1, [new(6, 0, 0, "SCMP_CMP_EQ")])), "amd64")));
        Assert.Contains("SCMP_CMP_X", Refused(() => FilterCompiler.Compile(With(new(["read"], "SCMP_ACT_ERRNO", 1, [new(0, 0, 0, "SCMP_CMP_X")])), "amd64")));
        Assert.Contains("SCMP_ARCH_S390X", Refused(() => FilterCompiler.Compile(new("SCMP_ACT_ALLOW", null, ["SCMP_ARCH_S390X"], [], []), "s390x")));
        Assert.Contains("\"X\"", Refused(() => FilterCompiler.Flags(new("SCMP_ACT_ALLOW", null, [], ["X"], []))));
    }

    [RequiresFact(Needs.None, "cc")]
    public void The_numbers_are_those_of_the_system_headers()
    {
        using var compiler = Process.Start(new ProcessStartInfo("cc", ["-dM", "-E", "-"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        compiler.StandardInput.Write("#include <asm/unistd.h>\n");
        compiler.StandardInput.Close();
        var checkedNumbers = 0;
        var numbers = SystemCallNumbers.Of(Platform.Host.Architecture == "arm64" ? "SCMP_ARCH_AARCH64" : "SCMP_ARCH_X86_64")!;
        foreach (var words in compiler.StandardOutput.ReadToEnd().Split('\n').Select(line => line.Split(' ')))
        {
            if (words is ["#define", var name, var text] && name.StartsWith("__NR_", StringComparison.Ordinal)
                && uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && numbers.TryGetValue(name[5..], out var ours))
            {
                Assert.Equal((name, number), (name, ours));
                checkedNumbers++;
            }
        }

        Assert.True(checkedNumbers > 250, $"only {checkedNumbers} numbers");
    }

    private static string Refused(Action compile) => Assert.Throws<BuildSharpException>(compile).Message;

    private static SpecSeccomp Default(string architecture, bool foreign, params string[] capabilities) => DefaultSeccompProfile.Create().Resolve(
        new HostFacts { Architecture = architecture, Capabilities = CapabilitySet.All }, CapabilitySet.Of(capabilities), foreign)!;

    private static uint Run(byte[] filter, uint architecture, uint number, params ulong[] arguments)
    {
        var data = new byte[64];
        BitConverter.TryWriteBytes(data, number);
        BitConverter.TryWriteBytes(data.AsSpan(4), architecture);
        for (var index = 0; index < arguments.Length; index++)
        {
            BitConverter.TryWriteBytes(data.AsSpan(16 + (8 * index)), arguments[index]);
        }

        var loaded = 0u;
        for (var at = 0; ; at++)
        {
            var place = filter.AsSpan(at * 8, 8);
            var (operation, then, otherwise, value) = (BitConverter.ToUInt16(place), place[2], place[3], BitConverter.ToUInt32(place[4..]));
            switch (operation)
            {
                case 0x20:
                    loaded = BitConverter.ToUInt32(data, (int)value);
                    break;
                case 0x54:
                    loaded &= value;
                    break;
                case 0x05:
                    at += (int)value;
                    break;
                case 0x15:
                    at += loaded == value ? then : otherwise;
                    break;
                case 0x25:
                    at += loaded > value ? then : otherwise;
                    break;
                case 0x35:
                    at += loaded >= value ? then : otherwise;
                    break;
                case 0x06:
                    return value;
                default:
                    throw new InvalidOperationException($"operation {operation:x}");
            }
        }
    }
}
