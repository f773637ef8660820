using BuildSharp.Linux;

namespace BuildSharp.Running.Caches;

/// <summary>The caches of one command, locked until disposal.</summary>
internal sealed class CacheLeases : IDisposable
{
    private readonly Dictionary<CacheMount, string> _paths = new(ReferenceEqualityComparer.Instance);
    private readonly List<CacheLease> _leases = [];

    /// <summary>Absolute path of the directory with the cache of a mount.</summary>
    public string PathOf(CacheMount mount) => _paths[mount];

    public void Add(IEnumerable<CacheMount> users, CacheLease lease)
    {
        _leases.Add(lease);
        foreach (var user in users)
        {
            _paths.Add(user, lease.Path);
        }
    }

    public void Dispose() => _leases.ForEach(lease => lease.Held.Dispose());
}

/// <summary>A cache that a command uses.</summary>
/// <param name="Path">Its directory.</param>
/// <param name="Held">Its lock: shared, or exclusive when the cache is locked or private.</param>
internal sealed record CacheLease(string Path, FileLock Held);
