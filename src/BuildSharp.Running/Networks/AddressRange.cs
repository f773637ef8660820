using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace BuildSharp.Running.Networks;

/// <summary>Addresses of a subnet for commands of builds. podman allocates from the bottom, so these are from the top.</summary>
internal static class AddressRange
{
    private const int Size = 254;

    /// <summary>The addresses, from a random one upwards and then from the lowest: an address that has just been in use is in the host's
    /// neighbour table with the device that had it.</summary>
    /// <param name="subnet">The subnet.</param>
    /// <param name="lowest">Lowest address that may be leased; null for the subnet's.</param>
    /// <param name="highest">Highest address that may be leased; null for the subnet's.</param>
    /// <param name="gateway">An address that is taken; null for none.</param>
    public static IEnumerable<IPAddress> Candidates(IPNetwork subnet, IPAddress? lowest, IPAddress? highest, IPAddress? gateway)
    {
        var family = subnet.BaseAddress.AddressFamily;
        var length = family == AddressFamily.InterNetwork ? 32 : 128;
        var first = Number(subnet.BaseAddress);
        var last = first | (length == subnet.PrefixLength ? 0 : UInt128.MaxValue >> (128 - length + subnet.PrefixLength));

        // Neither the address of the network nor the one for broadcasts.
        first = Max(first + 1, lowest is null ? 0 : Number(lowest));
        last = Min(family == AddressFamily.InterNetwork && last > 0 ? last - 1 : last, highest is null ? UInt128.MaxValue : Number(highest));
        if (first > last)
        {
            yield break;
        }

        var count = (int)Min(last - first + 1, Size);
        var start = Random.Shared.Next(count);
        for (var offset = 0; offset < count; offset++)
        {
            var address = Address(last - (UInt128)((start + offset) % count), family);
            if (!address.Equals(gateway))
            {
                yield return address;
            }
        }
    }

    /// <summary>First address after that of the network, which gateways have.</summary>
    public static IPAddress First(IPNetwork subnet) => Address(Number(subnet.BaseAddress) + 1, subnet.BaseAddress.AddressFamily);

    private static UInt128 Max(UInt128 one, UInt128 other) => one > other ? one : other;

    private static UInt128 Min(UInt128 one, UInt128 other) => one < other ? one : other;

    private static UInt128 Number(IPAddress address) => address.GetAddressBytes() is { Length: 4 } four
        ? BinaryPrimitives.ReadUInt32BigEndian(four)
        : BinaryPrimitives.ReadUInt128BigEndian(address.GetAddressBytes());

    private static IPAddress Address(UInt128 number, AddressFamily family)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return new IPAddress(family == AddressFamily.InterNetwork ? bytes[12..] : bytes);
    }
}
