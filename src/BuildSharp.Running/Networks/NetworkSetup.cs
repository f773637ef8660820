using System.Net.Sockets;
using BuildSharp.Oci;

namespace BuildSharp.Running.Networks;

/// <summary>Decides how a command is connected, and connects it.</summary>
internal static class NetworkSetup
{
    private const string Pasta = "pasta";
    private const string Slirp = "slirp4netns";

    // Whether a private network was tried as the default, and cannot be had; then it was told, and is not tried for the next command.
    private static bool _hasNone;

    /// <summary>The network of a command: as asked for, and by default as buildah's where that works, a private network, and else the
    /// host's. It is the host's too for isolation chroot, as in buildah.</summary>
    /// <param name="request">The command.</param>
    /// <param name="pool">Networks that are set up.</param>
    /// <param name="runDirectory">As in <see cref="RunTarget.RunDirectory"/>.</param>
    /// <param name="host">The machine.</param>
    /// <exception cref="BuildSharpException">A network that was asked for cannot be had.</exception>
    public static async Task<CommandConnection> TakeAsync(RunRequest request, NetworkPool pool, string runDirectory, HostNetwork host)
    {
        if (!request.Network.IsDefault)
        {
            return request.Network.NeedsSetup
                ? new CommandConnection(await pool.TakeAsync(request, runDirectory, host).ConfigureAwait(false), request.Network)
                : new CommandConnection(null, request.Network);
        }

        try
        {
            return HasDefault(request, host)
                ? new CommandConnection(
                    await pool.TakeAsync(request with { Network = NetworkChoice.Private }, runDirectory, host).ConfigureAwait(false), NetworkChoice.Private)
                : new CommandConnection(null, NetworkChoice.Host);
        }
        catch (BuildSharpException failure)
        {
            // netavark is there, but not what it needs: nobody has asked for it.
            GiveUp(request, failure.Message);
            return new CommandConnection(null, NetworkChoice.Host);
        }
    }

    private static bool HasDefault(RunRequest request, HostNetwork host)
    {
        if (_hasNone || request.Isolation is Isolation.Chroot)
        {
            return false;
        }

        if (host.IsRootless)
        {
            return Helper(request) is not null && HostNetwork.HasTunnelDevice();
        }

        if (!host.MayChange || request.Networking.Find(Netavark.Program, request.SearchPath) is null)
        {
            return false;
        }

        if (Obstacle(request.Networking) is { } obstacle)
        {
            GiveUp(request, obstacle);
        }

        return !_hasNone;
    }

    private static void GiveUp(RunRequest request, string reason)
    {
        if (!Interlocked.Exchange(ref _hasNone, true))
        {
            request.Warn?.Invoke($"{reason}: commands use the host's network");
        }
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
