using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Running.Networks;

/// <summary>An address that one network of a build has on this machine: a locked file with the address in its name. The kernel releases the
/// lock when the process ends. Take and release it under netavark's lock only.</summary>
internal sealed class AddressLease : IDisposable
{
    // Of the machine, and not of a store: stores share the bridges.
    private const string Home = "/run/containers/networks/buildsharp";

    private const int BindToDevice = 25; // SO_BINDTODEVICE
    private const int SocketLevel = 1; // SOL_SOCKET

    private readonly string _path;
    private readonly FileLock _lock;

    private AddressLease(IPAddress address, string path, FileLock taken) => (Address, _path, _lock) = (address, path, taken);

    public IPAddress Address { get; }

    /// <summary>Leases one address of each subnet of a network.</summary>
    /// <exception cref="BuildSharpException">All are in use.</exception>
    public static IReadOnlyList<AddressLease> Take(NetworkDefinition network)
    {
        var taken = new List<AddressLease>();
        try
        {
            Directory.CreateDirectory(Home);
            foreach (var subnet in network.LeasesAddresses ? network.Subnets : [])
            {
                taken.Add(Take(network, subnet));
            }

            return taken;
        }
        catch
        {
            taken.ForEach(lease => lease.Dispose());
            throw;
        }
    }

    /// <summary>Removes the file of a lease whose process was killed.</summary>
    public static void Forget(NetworkDefinition network, string address)
    {
        if (IPAddress.TryParse(address, out var parsed) && FileLock.TryClaim(PathOf(network, parsed)) is { } left)
        {
            new AddressLease(parsed, PathOf(network, parsed), left).Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(_path);
        _lock.Dispose();
    }

    private static AddressLease Take(NetworkDefinition network, NetworkSubnet subnet)
    {
        foreach (var address in AddressRange.Candidates(subnet.Addresses, subnet.Lowest, subnet.Highest, subnet.Gateway))
        {
            if (FileLock.TryClaim(PathOf(network, address)) is { } claimed)
            {
                var lease = new AddressLease(address, PathOf(network, address), claimed);
                if (!Answers(address, network))
                {
                    return lease;
                }

                // A container of podman has it, or the command of a killed build that still runs.
                lease.Dispose();
            }
        }

        throw new BuildSharpException($"network {network.Name} has no free address for a command in {subnet.Addresses}");
    }

    private static string PathOf(NetworkDefinition network, IPAddress address) => Path.Combine(Home, $"{network.Id[..12]}-{address}");

    // Sends something to the address on the bridge: if a device there has it, the kernel learns the device before the call returns.
    private static bool Answers(IPAddress address, NetworkDefinition network)
    {
        if (address.AddressFamily != AddressFamily.InterNetwork || !network.IsBridge || network.Device is not { } bridge || !Directory.Exists($"/sys/class/net/{bridge}"))
        {
            return false;
        }

        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.SetRawSocketOption(SocketLevel, BindToDevice, Encoding.ASCII.GetBytes(bridge + "\0"));
            socket.SendTo([], new IPEndPoint(address, 9)); // the port for what is to be discarded (RFC 863)
        }
        catch (SocketException)
        {
            return false; // The bridge is down, so nothing is on it.
        }

        var text = address.ToString();
        return File.ReadLines("/proc/net/arp").Any(line =>
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var entry, _, var flags, _, _, var device]
            && entry == text && device == bridge && (int.Parse(flags.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 2) != 0); // ATF_COM
    }
}
