using System.Net.Sockets;
using BuildSharp.Oci;

namespace BuildSharp.Running.Networks;

/// <summary>Decides how a command is connected, and connects it.</summary>
internal static class NetworkSetup
{
    private const string Pasta = "pasta";
    private const string Slirp = "slirp4netns";

    private static bool _hasWarned;

    /// <summary>Replaces <see cref="NetworkChoice.Default"/> by what this machine has programs and rights for, as buildah's default where
    /// that works: a private network, and else the host's. It is the host's too for isolation chroot, as in buildah.</summary>
    public static NetworkChoice Decide(RunRequest request, HostNetwork host)
    {
        if (!request.Network.IsDefault)
        {
            return request.Network;
        }

        var isPossible = request.Isolation is not Isolation.Chroot && (host.IsRootless
            ? Helper(request) is not null && HostNetwork.HasTunnelDevice()
            : host.MayChange && request.Networking.Find(Netavark.Program, request.SearchPath) is not null);
        if (!isPossible)
        {
            return NetworkChoice.Host;
        }

        if (host.IsRootless || Obstacle(request.Networking) is not { } obstacle)
        {
            return NetworkChoice.Private;
        }

        if (!Interlocked.Exchange(ref _hasWarned, true))
        {
            request.Warn?.Invoke($"{obstacle}: commands use the host's network");
        }

        return NetworkChoice.Host;
    }

    /// <summary>Connects a new namespace as the request's network says.</summary>
    /// <param name="request">A network that needs setup, and settings.</param>
    /// <param name="runDirectory">As in <see cref="RunTarget.RunDirectory"/>.</param>
    /// <param name="host">The machine.</param>
    /// <exception cref="BuildSharpException">A program is missing or fails; the message says what to install or to use instead.</exception>
    public static Task<CommandNetwork> ConnectAsync(RunRequest request, string runDirectory, HostNetwork host)
    {
        var network = request.Network;
        if (!host.IsRootless && network.Helper is null)
        {
            return BridgedNetwork.ConnectAsync(
                request.Networking.Find(Netavark.Program, request.SearchPath) ?? throw Missing(network, "netavark, which makes networks for root (CNI plugins are not used),", "netavark"),
                request, runDirectory);
        }

        if (network.Names.Count > 0)
        {
            throw new BuildSharpException(
                $"--network {network.Text}: the networks of netavark are root's; an ordinary user has {Pasta}, {Slirp}, none and host");
        }

        var (name, program) = network.Helper is { } asked
            ? (asked, request.Networking.Find(asked, request.SearchPath) ?? throw Missing(network, asked, asked == Pasta ? "passt" : asked))
            : Helper(request) ?? throw Missing(network, "pasta or slirp4netns, which make networks for ordinary users,", "passt");
        return name == Pasta
            ? HelpedNetwork.ConnectPastaAsync(program, request, runDirectory, host)
            : HelpedNetwork.ConnectSlirpAsync(program, request, runDirectory, host);
    }

    // buildah before 1.36 leaves a bridge of CNI that has the addresses of netavark's.
    private static string? Obstacle(NetworkSettings settings)
    {
        var network = NetworkDefinition.Find(settings, [])[0];
        var routes = File.ReadAllText("/proc/net/route");
        return network.Subnets.Where(subnet => subnet.Addresses.BaseAddress.AddressFamily == AddressFamily.InterNetwork)
            .Select(subnet => RoutingTable.OtherDevice(routes, subnet.Addresses, network.Device) is { } device
                ? $"the device {device} has addresses of the network {network.Name}, {subnet.Addresses} (ip link delete {device} removes it)" : null)
            .FirstOrDefault(found => found is not null);
    }

    // The program for ordinary users.
    private static (string Name, string Path)? Helper(RunRequest request)
    {
        IReadOnlyList<string> names = request.Networking.RootlessHelper is { } only ? [only] : [Pasta, Slirp];
        foreach (var name in names)
        {
            if (request.Networking.Find(name, request.SearchPath) is { } path)
            {
                return (name, path);
            }
        }

        return null;
    }

    private static BuildSharpException Missing(NetworkChoice network, string what, string package) =>
        new($"--network {network.Text}: {what} is not installed: install it (Debian: apt-get install {package}), or use --network host");
}
