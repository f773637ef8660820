using System.Diagnostics;

namespace BuildSharp.Storage;

/// <summary>The store's locks in the order in which they may be taken together (containers/storage, store.go). The kernel does not
/// detect deadlocks between these locks, so the order is the only protection.</summary>
internal enum LockRank
{
    Storage,
    Layers,
    ReadOnlyLayers,
    Images,
    ReadOnlyImages,
    Containers,
    MountPoints,
}

/// <summary>Throws in debug builds when a thread takes a lock in another order, or one of two kinds twice.</summary>
internal static class LockOrder
{
    // Per thread and only in debug builds: the check must see locks of every store that the thread works with.
    [ThreadStatic]
    private static List<(object Owner, LockRank Rank)>? _held;

    [Conditional("DEBUG")]
    internal static void Entering(object owner, LockRank rank)
    {
        _held ??= [];
        foreach (var (other, otherRank) in _held)
        {
            // Several read-only stores have a lock of the same rank each.
            var sameStore = ReferenceEquals(other, owner);
            if (sameStore && (otherRank > rank || (otherRank == rank && rank is not (LockRank.ReadOnlyLayers or LockRank.ReadOnlyImages))))
            {
                throw new InvalidOperationException($"lock order: {rank} is taken while {otherRank} is held");
            }
        }

        _held.Add((owner, rank));
    }

    [Conditional("DEBUG")]
    internal static void Left(object owner, LockRank rank)
    {
        var index = _held?.FindLastIndex(entry => ReferenceEquals(entry.Owner, owner) && entry.Rank == rank) ?? -1;
        if (index >= 0)
        {
            _held!.RemoveAt(index);
        }
    }
}
