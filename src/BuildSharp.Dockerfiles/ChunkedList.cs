namespace BuildSharp.Dockerfiles;

/// <summary>A list of small values that grows without a copy of what it has, and by as much again only while it is short.</summary>
internal sealed class ChunkedList<T>
    where T : struct
{
    private const int Smallest = 8;
    private const int Largest = 8192;

    /// <summary>As many chunks are each twice as long as the one before; those after them are all of the largest size.</summary>
    private const int Growing = 10;

    /// <summary>As many values fit into the growing chunks.</summary>
    private const int InGrowing = Largest - Smallest;

    private readonly List<T[]> _chunks = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>One of them.</summary>
    public T this[int index]
    {
        get
        {
            var (chunk, at) = Place(index);
            return _chunks[chunk][at];
        }

        set
        {
            var (chunk, at) = Place(index);
            _chunks[chunk][at] = value;
        }
    }

    /// <summary>Adds one more.</summary>
    public void Add(T item)
    {
        var (chunk, at) = Place(Count++);
        if (chunk == _chunks.Count)
        {
            _chunks.Add(new T[chunk < Growing ? Smallest << chunk : Largest]);
        }

        _chunks[chunk][at] = item;
    }

    private static (int Chunk, int At) Place(int index)
    {
        if (index >= InGrowing)
        {
            return (Growing + ((index - InGrowing) / Largest), (index - InGrowing) % Largest);
        }

        var chunk = int.Log2((index / Smallest) + 1);
        return (chunk, index + Smallest - (Smallest << chunk));
    }
}
