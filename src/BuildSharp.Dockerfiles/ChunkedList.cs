namespace BuildSharp.Dockerfiles;

/// <summary>A list of small values that grows without a copy of what it has.</summary>
internal sealed class ChunkedList<T>
    where T : struct
{
    /// <summary>Of twelve bytes so many are a large object, which the collector does not copy either.</summary>
    private const int Size = 8192;

    private readonly List<T[]> chunks = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>One of them.</summary>
    public T this[int index] => chunks[index / Size][index % Size];

    /// <summary>Adds one more.</summary>
    public void Add(T item)
    {
        if (Count % Size == 0) chunks.Add(new T[Size]);
        chunks[^1][Count++ % Size] = item;
    }
}
