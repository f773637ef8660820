using System.Net;
using System.Net.Sockets;

namespace BuildSharp.Registry.Protocol;

/// <summary>The client's own networks, into which addresses that a registry states must not lead.</summary>
internal static class PrivateNetwork
{
    /// <summary>Whether an address names a host in such a network by its number, or this machine.</summary>
    public static bool Has(Uri address)
    {
        if (address.IsLoopback)
        {
            return true;
        }

        if (!IPAddress.TryParse(address.IdnHost, out var host))
        {
            return false;
        }

        host = host.IsIPv4MappedToIPv6 ? host.MapToIPv4() : host;
        if (host.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return host.IsIPv6LinkLocal || host.IsIPv6SiteLocal || host.IsIPv6UniqueLocal || host.Equals(IPAddress.IPv6Any);
        }

        return host.GetAddressBytes() is [0 or 10 or 127, ..] or [169, 254, ..] or [172, >= 16 and <= 31, ..] or [192, 168, ..];
    }
}
