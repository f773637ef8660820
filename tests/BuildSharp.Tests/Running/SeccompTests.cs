using System.Text;
using BuildSharp.Oci;
using BuildSharp.Running.Seccomp;
using BuildSharp.Running.Spec;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Running;

public sealed class SeccompTests
{
    private const ulong DefaultSet = 0x800405fb;

    private const string DistributionsProfile = "/usr/share/containers/seccomp.json";

    // From here on distributions differ; the newest version allows the futex calls, cachestat and map_shadow_stack, and so does ours.
    private static readonly string[] ChangedSinceDebian12 =
    [
        "bpf", "cachestat", "futex_requeue", "futex_wait", "futex_waitv", "futex_wake", "io_pgetevents_time64", "map_shadow_stack", "perf_event_open",
        "quotactl_fd", "swapcontext", "syscall",
    ];

    private static readonly HostFacts Host = new() { Architecture = "amd64", Capabilities = CapabilitySet.All, KernelVersion = new Version(6, 1) };

    public static TheoryData<string, ulong> Situations => new()
    {
        { "amd64", DefaultSet }, { "amd64", CapabilitySet.All.Bits }, { "amd64", 0 },
        { "arm64", DefaultSet }, { "ppc64le", DefaultSet }, { "s390x", DefaultSet },
    };

    [Fact]
    public void The_built_in_profile_keeps_21_rules_with_default_capabilities()
    {
        var section = Resolve(DefaultSeccompProfile.Create(), foreign: false);
        Assert.Equal(("SCMP_ACT_ERRNO", 38u, 21), (section.DefaultAction, section.DefaultErrnoRet, section.Syscalls.Count));
    }

    [Fact]
    public void Only_the_native_processor_is_filtered_unless_others_are_wanted()
    {
        Assert.Equal(["SCMP_ARCH_X86_64"], Resolve(DefaultSeccompProfile.Create(), foreign: false).Architectures);
        Assert.Equal(
            ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"], Resolve(DefaultSeccompProfile.Create(), foreign: true).Architectures);
    }

    [Theory]
    [MemberData(nameof(Situations))]
    public void The_built_in_profile_judges_every_call_of_the_distributions_profile_alike(string architecture, ulong capabilities)
    {
        if (!File.Exists(DistributionsProfile))
        {
            return; // the rules themselves are covered above; this compares with a file that only some distributions have
        }

        var host = Host with { Architecture = architecture };
        var theirs = Verdicts(SeccompProfileFile.Read(DistributionsProfile), host, capabilities);
        var ours = Verdicts(DefaultSeccompProfile.Create(), host, capabilities);
        var judgedAnew = theirs.Contains("fchmodat2 SCMP_ACT_ALLOW ") ? ChangedSinceDebian12 : [];
        Assert.Equal([], theirs.Except(ours).Where(verdict => !judgedAnew.Contains(verdict.Split(' ')[0])));
    }

    [Fact]
    public void A_profile_file_is_read_with_its_conditions()
    {
        var profile = SeccompProfileFile.Parse("""
            {"defaultAction":"SCMP_ACT_KILL","flags":["SECCOMP_FILTER_FLAG_LOG"],"architectures":["SCMP_ARCH_X86_64"],"syscalls":[
              {"names":["a"],"name":"b","action":"SCMP_ACT_ALLOW","args":null,"includes":{"minKernel":"4.8"}},
              {"names":["new"],"action":"SCMP_ACT_ALLOW","includes":{"minKernel":"9.0"}},
              {"names":["arm"],"action":"SCMP_ACT_ALLOW","includes":{"arches":["arm64"]}},
              {"names":["x"],"action":"SCMP_ACT_ALLOW","excludes":{"arches":["amd64"]}},
              {"names":["c"],"action":"SCMP_ACT_ERRNO","errno":"EPERM","args":[{"index":1,"value":2,"valueTwo":3,"op":"SCMP_CMP_MASKED_EQ"}],"excludes":{"caps":["CAP_SYS_ADMIN"]}}]}
            """u8.ToArray());
        var section = Resolve(profile, foreign: true);
        Assert.Equal(["SCMP_ARCH_X86_64"], section.Architectures);
        Assert.Equal(["SECCOMP_FILTER_FLAG_LOG"], section.Flags);
        Assert.Equal(["a b", "c"], section.Syscalls.Select(rule => string.Join(' ', rule.Names)));
        Assert.Equal(1u, section.Syscalls[1].ErrnoRet);
        Assert.Equal([new SpecSyscallArgument(1, 2, 3, "SCMP_CMP_MASKED_EQ")], section.Syscalls[1].Arguments);
    }

    [Theory]
    [InlineData("{}", "it has no defaultAction")]
    [InlineData("{\"defaultAction\":\"A\",\"architectures\":[\"x\"],\"archMap\":[{}]}", "architectures and archMap exclude each other")]
    [InlineData("{\"defaultAction\":\"A\",\"defaultErrno\":\"EWHAT\"}", "unknown errno \"EWHAT\"")]
    public void A_bad_profile_is_refused_with_its_name(string content, string reason)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Write("profile.json", content);
        var error = Assert.Throws<BuildSharpException>(() => SeccompProfileFile.Read(path));
        Assert.Equal($"loading seccomp profile {path} failed: {reason}", error.Message);
    }

    [Fact]
    public void Without_support_in_the_kernel_there_is_no_section() =>
        Assert.Null(DefaultSeccompProfile.Create().Resolve(Host with { HasSeccomp = false }, new CapabilitySet(DefaultSet), foreign: false));

    private static SpecSeccomp Resolve(SeccompProfile profile, bool foreign) => profile.Resolve(Host, new CapabilitySet(DefaultSet), foreign)!;

    private static HashSet<string> Verdicts(SeccompProfile profile, HostFacts host, ulong capabilities)
    {
        var section = profile.Resolve(host, new CapabilitySet(capabilities), foreign: false)!;
        return [.. section.Syscalls.SelectMany(rule => rule.Names.Select(name => new StringBuilder($"{name} {rule.Action} {rule.ErrnoRet}")
            .AppendJoin(' ', rule.Arguments.Select(argument => $" {argument.Index} {argument.Op} {argument.Value}")).ToString()))];
    }
}
