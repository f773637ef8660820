using System.Net;
using BuildSharp.Running.Networks;

namespace BuildSharp.Tests.Running.Networks;

public class AddressRangeTests
{
    [Theory]
    [InlineData("10.88.0.0/16", null, null, "10.88.255.1", "10.88.255.254", 254)]
    [InlineData("10.1.2.0/24", null, null, "10.1.2.2", "10.1.2.254", 253)]
    [InlineData("10.1.2.0/24", "10.1.2.100", "10.1.2.110", "10.1.2.100", "10.1.2.110", 11)]
    [InlineData("10.1.2.0/24", "10.1.2.0", "10.1.2.255", "10.1.2.2", "10.1.2.254", 253)]
    [InlineData("10.1.2.0/30", null, null, "10.1.2.2", "10.1.2.2", 1)]
    [InlineData("10.1.2.1/32", null, null, null, null, 0)]
    [InlineData("fd00:1::/64", null, null, "fd00:1::ffff:ffff:ffff:ff02", "fd00:1::ffff:ffff:ffff:ffff", 254)]
    public void They_are_from_the_top_of_the_subnet_without_the_gateway(string subnet, string? lowest, string? highest, string? first, string? last, int count)
    {
        IPAddress? Address(string? text) => text is null ? null : IPAddress.Parse(text);
        var network = IPNetwork.Parse(subnet);
        var gateway = subnet.EndsWith("/32", StringComparison.Ordinal) ? null : AddressRange.First(network);
        var found = AddressRange.Candidates(network, Address(lowest), Address(highest), gateway).ToList();
        Assert.Equal(count, found.Distinct().Count());
        Assert.Equal(count, found.Count);
        if (first is not null)
        {
            var sorted = found.OrderBy(address => Convert.ToHexString(address.GetAddressBytes()), StringComparer.Ordinal).ToList();
            Assert.Equal((Address(first), Address(last)), (sorted[0], sorted[^1]));
        }
    }
}
