using System.Globalization;
using System.Net;
using System.Numerics;

namespace BuildSharp.Running.Networks;

/// <summary>The kernel's IPv4 routes, in the form of /proc/net/route.</summary>
internal static class RoutingTable
{
    /// <summary>A device with a route to addresses of a subnet; null when there is none. Answers to a container would go there.</summary>
    /// <param name="table">The text.</param>
    /// <param name="subnet">The subnet.</param>
    /// <param name="own">The device that shall have the route.</param>
    public static string? OtherDevice(string table, IPNetwork subnet, string? own)
    {
        foreach (var line in table.Split('\n').Skip(1))
        {
            // Device, destination, gateway, flags, three counts, mask. The default route has the destination 0.
            if (line.Split('\t') is [var device, var first, _, _, _, _, _, var mask, ..] && device != own && Number(first) is not 0 and var destination
                && (subnet.Contains(Address(destination)) || new IPNetwork(Address(destination), BitOperations.PopCount(Number(mask))).Contains(subnet.BaseAddress)))
            {
                return device;
            }
        }

        return null;
    }

    // The kernel prints the number of the address as this machine has it in memory.
    private static IPAddress Address(uint number) => new(BitConverter.GetBytes(number));

    private static uint Number(string text) => uint.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
