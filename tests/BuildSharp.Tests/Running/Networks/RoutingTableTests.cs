using System.Net;
using BuildSharp.Running.Networks;

namespace BuildSharp.Tests.Running.Networks;

public class RoutingTableTests
{
    private const string Table =
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
        + "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
        + "cni-podman0\t0000580A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n";

    [Theory]
    [InlineData("10.88.0.0/16", "podman0", "cni-podman0")]
    [InlineData("10.88.7.0/24", "podman0", "cni-podman0")]
    [InlineData("10.0.0.0/8", "podman0", "cni-podman0")]
    [InlineData("10.88.0.0/16", "cni-podman0", null)]
    [InlineData("10.89.0.0/16", "podman0", null)]
    public void Another_device_with_the_addresses_is_found(string subnet, string own, string? other) =>
        Assert.Equal(other, RoutingTable.OtherDevice(Table, IPNetwork.Parse(subnet), own));
}
