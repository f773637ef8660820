using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Runtimes;

namespace BuildSharp.Running.Networks;

/// <summary>The connection of a namespace to networks of root, made by netavark.</summary>
internal sealed class BridgedNetwork : IAsyncDisposable
{
    private readonly Netavark _netavark;
    private readonly RunRequest _request;
    private readonly Bundle _bundle;
    private readonly string _space;
    private readonly List<AddressLease> _leases = [];
    private bool _isConnected;

    private BridgedNetwork(Netavark netavark, RunRequest request, Bundle bundle, string space) =>
        (_netavark, _request, _bundle, _space) = (netavark, request, bundle, space);

    /// <summary>Makes a namespace and connects it.</summary>
    /// <param name="program">Path of netavark.</param>
    /// <param name="request">The networks and settings.</param>
    /// <param name="runDirectory">As in <see cref="RunTarget.RunDirectory"/>.</param>
    /// <exception cref="BuildSharpException">A network is unknown or full, or netavark fails.</exception>
    public static async Task<CommandNetwork> ConnectAsync(string program, RunRequest request, string runDirectory)
    {
        var networks = NetworkDefinition.Find(request.Networking, request.Network.Names);
        var bundle = Bundle.Create(runDirectory, "network");
        var space = NetworkNamespace.Create();
        var connection = new BridgedNetwork(new Netavark(program, request), request, bundle, CommandNetwork.PathOf(space));
        try
        {
            return new CommandNetwork(space, await connection.ConnectAsync(networks).ConfigureAwait(false), connection);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            space.Dispose();
            throw;
        }
    }

    /// <summary>Removes what a killed process has left of a connection: rules, names, leases. The devices have gone with the namespace.</summary>
    /// <param name="bundle">The bundle of the connection.</param>
    /// <param name="request">Settings.</param>
    public static async Task ForgetAsync(string bundle, RunRequest request)
    {
        if (NetavarkOptions.Read(bundle) is not { } networks)
        {
            return;
        }

        using var turn = await Netavark.LockAsync(request.Networking).ConfigureAwait(false);
        if (request.Networking.Find(Netavark.Program, request.SearchPath) is { } program)
        {
            // It fails where it misses the device, after it has removed the rest.
            using var space = NetworkNamespace.Create();
            await new Netavark(program, request).DisconnectAsync(bundle, CommandNetwork.PathOf(space)).ConfigureAwait(false);
        }

        foreach (var (network, addresses) in networks)
        {
            foreach (var address in addresses)
            {
                AddressLease.Forget(network, address);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using (await Netavark.LockAsync(_request.Networking).ConfigureAwait(false))
        {
            if (NetavarkOptions.Read(_bundle.Path) is not null
                && await _netavark.DisconnectAsync(_bundle.Path, _space).ConfigureAwait(false) is { } reason && _isConnected)
            {
                _request.Warn?.Invoke($"taking down the network of the commands: netavark: {reason}");
            }

            _leases.ForEach(lease => lease.Dispose());
        }

        _bundle.Dispose();
    }

    private async Task<NetworkFacts> ConnectAsync(IReadOnlyList<NetworkDefinition> networks)
    {
        using var turn = await Netavark.LockAsync(_request.Networking).ConfigureAwait(false);
        var options = new List<(NetworkDefinition, IReadOnlyList<string>)>();
        foreach (var network in networks)
        {
            var leases = AddressLease.Take(network);
            _leases.AddRange(leases);
            options.Add((network, [.. leases.Select(lease => lease.Address.ToString())]));
        }

        NetavarkOptions.Write(_bundle, options);
        var facts = await _netavark.ConnectAsync(_bundle.Path, _space, networks).ConfigureAwait(false);
        _isConnected = true;
        return facts;
    }
}
