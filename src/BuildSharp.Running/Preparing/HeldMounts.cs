using BuildSharp.Oci;
using BuildSharp.Running.Agents;
using BuildSharp.Running.Caches;
using BuildSharp.Running.Runtimes;

namespace BuildSharp.Running.Preparing;

/// <summary>What the mounts of a run hold until its end: locks of caches, and agents.</summary>
internal sealed class HeldMounts : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _agents = [];
    private readonly Dictionary<AgentMount, string> _sockets = new(ReferenceEqualityComparer.Instance);
    private readonly CacheLeases _caches;

    private HeldMounts(CacheLeases caches) => _caches = caches;

    /// <summary>Locks the caches, waiting if necessary, and starts the agents.</summary>
    /// <exception cref="BuildSharpException">A cache cannot be made, or an agent is not there.</exception>
    public static async Task<HeldMounts> TakeAsync(RunRequest request, Bundle bundle, CancellationToken cancellation)
    {
        IReadOnlyList<CacheMount> caches = [.. request.Mounts.OfType<CacheMount>()];
        var held = new HeldMounts(caches.Count == 0
            ? new CacheLeases()
            : await new CacheDirectories(request.CacheParent).TakeAsync(caches, request.Debug, cancellation).ConfigureAwait(false));
        try
        {
            foreach (var mount in request.Mounts.OfType<AgentMount>())
            {
                await held.StartAsync(mount, bundle, request.SearchPath).ConfigureAwait(false);
            }

            return held;
        }
        catch
        {
            await held.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Absolute path of the directory with the cache.</summary>
    public string PathOf(CacheMount mount) => _caches.PathOf(mount);

    /// <summary>Absolute path of the agent's socket.</summary>
    public string PathOf(AgentMount mount) => _sockets[mount];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // A proxy before the agent behind it.
        foreach (var agent in Enumerable.Reverse(_agents))
        {
            await agent.DisposeAsync().ConfigureAwait(false);
        }

        _caches.Dispose();
    }

    private async Task StartAsync(AgentMount mount, Bundle bundle, string searchPath)
    {
        if (mount.Source.Socket is not { } agent)
        {
            var keys = await KeyAgent.StartAsync(bundle.Path, $"keys{_agents.Count}", mount, searchPath).ConfigureAwait(false);
            _agents.Add(keys);
            agent = keys.Socket;
        }

        var name = $"agent{_agents.Count}";
        _agents.Add(AgentProxy.Start(bundle.Path, name, mount, agent));
        _sockets.Add(mount, Path.Combine(bundle.Path, name));
    }
}
