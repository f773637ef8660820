using BuildSharp.Oci;
using BuildSharp.Running.Spec;

namespace BuildSharp.Tests.Running;

public sealed class CapabilitySetTests
{
    [Theory]
    [InlineData("", "", 0x800405fbUL)]
    [InlineData("SYS_PTRACE", "chown", 0x800c05faUL)]
    [InlineData("cap_net_raw,NET_ADMIN", "net_admin", 0x800425fbUL)]
    [InlineData("all", "", 0x1ffffffffffUL)]
    [InlineData("all", "ALL", 0UL)]
    [InlineData("SYS_ADMIN", "all", 0UL)]
    public void Dropping_wins_over_adding(string add, string drop, ulong mask) =>
        Assert.Equal(mask, CapabilitySet.Resolve(CapabilitySet.DefaultNames, Words(add), Words(drop), CapabilitySet.All).Bits);

    [Fact]
    public void Default_and_all_mean_what_we_have_ourselves()
    {
        var poor = new CapabilitySet(0b1111);
        Assert.Equal(0b1011UL, CapabilitySet.Resolve(CapabilitySet.DefaultNames, [], [], poor).Bits);
        Assert.Equal(0b1111UL, CapabilitySet.Resolve([], ["all"], [], poor).Bits);
    }

    [Fact]
    public void What_is_usual_is_the_basis_of_adding_and_dropping() =>
        Assert.Equal(0b100010UL, CapabilitySet.Resolve(["CAP_CHOWN", "CAP_KILL"], ["dac_override"], ["chown"], new CapabilitySet(0b100011)).Bits);

    [Fact]
    public void A_capability_that_we_lack_cannot_be_asked_for_by_name()
    {
        var error = Assert.Throws<BuildSharpException>(() => CapabilitySet.Resolve([], ["SYS_TIME"], [], new CapabilitySet(0b1111)));
        Assert.Equal("--cap-add CAP_SYS_TIME: buildsharp itself runs without this capability and cannot hand it to the command", error.Message);
    }

    [Fact]
    public void An_unknown_name_is_refused() =>
        Assert.Equal("--cap-drop FLY: unknown capability", Assert.Throws<BuildSharpException>(() => CapabilitySet.Resolve([], [], ["FLY"], CapabilitySet.All)).Message);

    private static string[] Words(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
