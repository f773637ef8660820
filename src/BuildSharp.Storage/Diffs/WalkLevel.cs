using BuildSharp.Linux;

namespace BuildSharp.Storage.Diffs;

/// <summary>The remaining work in one directory on the path to the current position.</summary>
/// <param name="entries">Its entries, by name.</param>
/// <param name="gone">Sorted names that only the older tree has.</param>
/// <param name="isOld">Whether the older tree has the directory too.</param>
/// <param name="pending">Index of its header among the headers that wait for an entry below them; negative after it was
/// written.</param>
internal sealed class WalkLevel(List<NamedEntry> entries, List<byte[]> gone, bool isOld, int pending)
{
    private int _next;
    private int _nextGone;

    public bool IsOld => isOld;

    public int Pending => pending;

    /// <summary>Advances to the next existing entry.</summary>
    public bool NextEntry(out NamedEntry entry)
    {
        entry = _next < entries.Count ? entries[_next] : default;
        return _next++ < entries.Count;
    }

    /// <summary>Advances to the next missing name if it sorts before the next existing entry.</summary>
    public bool NextGone(out byte[] name)
    {
        name = _nextGone < gone.Count ? gone[_nextGone] : [];
        if (_nextGone == gone.Count || (_next < entries.Count && name.AsSpan().SequenceCompareTo(entries[_next].Name) > 0))
        {
            return false;
        }

        _nextGone++;
        return true;
    }
}
