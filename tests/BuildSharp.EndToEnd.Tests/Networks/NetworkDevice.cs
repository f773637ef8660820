using System.Globalization;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.Networks;

/// <summary>What a command says of its network device, and what the machine has of it.</summary>
/// <param name="Address">The command's address.</param>
/// <param name="PeerIndex">Number of the machine's end of the device.</param>
internal sealed record NetworkDevice(string Address, int PeerIndex)
{
    /// <summary>Shell words that print one line for <see cref="Parse"/>.</summary>
    public const string Look = "echo $(ip -4 -o addr show eth0 | awk '{print $4}') $(cat /sys/class/net/eth0/iflink)";

    /// <summary>Program that makes root's networks.</summary>
    public const string Netavark = "/usr/lib/podman/netavark";

    private const string Leases = "/run/containers/networks/buildsharp";

    /// <summary>Whether its address is leased.</summary>
    public bool IsLeased => Directory.Exists(Leases) && Directory.EnumerateFiles(Leases).Any(file => file.EndsWith("-" + Address, StringComparison.Ordinal));

    /// <summary>Whether the machine's end is there.</summary>
    public bool HasPeer => Directory.EnumerateDirectories("/sys/class/net").Any(device =>
    {
        try
        {
            return int.Parse(File.ReadAllText(Path.Combine(device, "ifindex")), CultureInfo.InvariantCulture) == PeerIndex;
        }
        catch (IOException)
        {
            return false; // a device of somebody else, which has gone meanwhile
        }
    });

    public static NetworkDevice Parse(string line) =>
        line.Split('/', ' ') is [var address, _, var peer] ? new(address, int.Parse(peer, CultureInfo.InvariantCulture)) : throw new FormatException($"no device: {line}");

    /// <summary>Nothing of it is left on the machine.</summary>
    public void AssertGone()
    {
        Assert.False(IsLeased, $"{Address} is still leased");
        Assert.False(HasPeer, $"the device of {Address} is still there");
    }

    /// <summary>The tool with the machine's default network instead of the sandbox's.</summary>
    public static Tool WithDefaults(Sandbox sandbox, string more = "") => sandbox.BuildSharp.WithEnvironment(
        "CONTAINERS_CONF", sandbox.Write("network.conf", $"[containers]\ndefault_sysctls = [\"net.ipv4.ping_group_range=0 0\"]\ndefault_ulimits = [\"nofile=1024:1024\", \"nproc=1024:1024\"]\n[engine]\nruntime = \"runc\"\n{more}"));

    /// <summary>Writes the definition of a network into the directory <c>networks</c>, as <c>podman network create</c> writes it. Its bridge
    /// and addresses are of this test alone.</summary>
    public static void Define(Sandbox sandbox, string name, string digits, string bridge, string subnet, string gateway, bool dns, string range = "") => sandbox.Write(
        $"networks/{name}.json",
        $$"""
        {
          "name": "{{name}}", "id": "{{digits.PadRight(64, '0')}}", "driver": "bridge", "network_interface": "{{bridge}}",
          "created": "2024-01-01T00:00:00Z", "ipv6_enabled": false, "internal": false, "dns_enabled": {{(dns ? "true" : "false")}},
          "subnets": [ { "subnet": "{{subnet}}", "gateway": "{{gateway}}"{{range}} } ], "ipam_options": { "driver": "host-local" }
        }
        """);
}
