using System.Diagnostics;

namespace BuildSharp.Storage.Locking;

/// <summary>The store's locks in the order in which one thread may acquire them (containers/storage, store.go). The kernel does not detect
/// deadlocks between these locks, so the order is the only protection.</summary>
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

/// <summary>Throws in debug builds when a thread acquires locks in another order, or two of the same rank.</summary>
internal static class LockOrder
{
    // Per thread, because the check must see the locks of every store that the thread uses.
    [ThreadStatic]
    private static List<(object Owner, LockRank Rank)>? _held;

    [Conditional("DEBUG")]
    internal static void Entering(object owner, LockRank rank)
    {
        _held ??= [];
        foreach (var (other, otherRank) in _held)
        {
            // Each read-only store has a lock of the same rank.
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
