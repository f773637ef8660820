using BuildSharp.Running.Networks;

namespace BuildSharp.Running;

/// <summary>Networks for the commands of a build. A network is set up for the first command that needs it and used by later ones, one after
/// another; commands that run side by side have networks of their own. Disposing the pool takes them down.</summary>
public sealed class NetworkPool : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<(string Choice, CommandNetwork Network)> _idle = [];

    /// <summary>Connects a command.</summary>
    /// <param name="request">A network that needs setup.</param>
    /// <param name="runDirectory">As in <see cref="RunTarget.RunDirectory"/>; the same for all commands.</param>
    /// <param name="host">The machine.</param>
    /// <returns>The network, for this command alone until it is disposed.</returns>
    internal async Task<Use> TakeAsync(RunRequest request, string runDirectory, HostNetwork host)
    {
        var choice = request.Network.Text;
        lock (_gate)
        {
            if (_idle.FindIndex(idle => idle.Choice == choice) is >= 0 and var index)
            {
                var found = _idle[index].Network;
                _idle.RemoveAt(index);
                return new Use(this, choice, found);
            }
        }

        return new Use(this, choice, await NetworkSetup.ConnectAsync(request, runDirectory, host).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var (_, network) in _idle)
        {
            await network.DisposeAsync().ConfigureAwait(false);
        }

        _idle.Clear();
    }

    /// <summary>A network in use by one command.</summary>
    internal sealed class Use(NetworkPool pool, string choice, CommandNetwork network) : IDisposable
    {
        public CommandNetwork Network => network;

        /// <inheritdoc/>
        public void Dispose()
        {
            lock (pool._gate)
            {
                pool._idle.Add((choice, network));
            }
        }
    }
}
