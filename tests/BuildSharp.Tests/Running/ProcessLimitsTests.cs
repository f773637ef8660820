using BuildSharp.Running;
using BuildSharp.Running.Spec;

namespace BuildSharp.Tests.Running;

public sealed class ProcessLimitsTests : IProgress<string>
{
    private static readonly HostFacts Poor = new()
    {
        Architecture = "amd64",
        Capabilities = new CapabilitySet(0x800405fb),
        HardLimits = new Dictionary<string, ulong> { ["nofile"] = 20_000, ["nproc"] = ResourceLimit.Unlimited },
    };

    private readonly List<string> _lines = [];

    [Fact]
    public void A_limit_that_cannot_be_raised_is_lowered_and_the_debug_log_says_so()
    {
        var limits = ProcessLimits.Choose([ResourceLimit.Parse("nofile=30000:40000")], Poor, this);
        Assert.Equal(new SpecRlimit("RLIMIT_NOFILE", 20_000, 20_000), limits[0]);
        Assert.Equal(["ulimit nofile=30000:40000 lowered to our own hard limit 20000: no CAP_SYS_RESOURCE"], _lines);
    }

    [Fact]
    public void Who_may_raise_limits_gets_what_was_asked()
    {
        var rich = Poor with { Capabilities = CapabilitySet.All };
        Assert.Equal(
            [new SpecRlimit("RLIMIT_NOFILE", 1_048_576, 1_048_576), new SpecRlimit("RLIMIT_NPROC", ulong.MaxValue, ulong.MaxValue)],
            ProcessLimits.Choose([], rich, this));
        Assert.Empty(_lines);
    }

    [Theory]
    [InlineData("nofile=100", "nofile 100 100")]
    [InlineData("NPROC=1:-1", "nproc 1 18446744073709551615")]
    [InlineData("nofile=2:1", "ulimit soft limit must be less than or equal to hard limit: 2 > 1")]
    [InlineData("nofile", "invalid ulimit argument: \"nofile\": expected name=soft[:hard]")]
    [InlineData("nofile=x", "invalid ulimit argument: \"nofile=x\": \"x\" is not a number")]
    public void A_ulimit_is_read(string text, string expected)
    {
        string found;
        try
        {
            var limit = ResourceLimit.Parse(text);
            found = $"{limit.Name} {limit.Soft} {limit.Hard}";
        }
        catch (FormatException e)
        {
            found = e.Message;
        }

        Assert.Equal(expected, found);
    }

    [Fact]
    public void An_unknown_ulimit_names_the_known_ones() =>
        Assert.StartsWith("invalid ulimit type: \"files\": known are as, core,", Assert.Throws<FormatException>(() => ResourceLimit.Parse("files=1")).Message);

    void IProgress<string>.Report(string value) => _lines.Add(value);
}
