namespace BuildSharp.Oci.Reporting;

/// <summary>One piece of work whose bytes are counted: a blob, a layer, a file. Disposing it ends it.</summary>
public sealed class ProgressItem : IDisposable
{
    private readonly IProgressSink _sink;
    private long _bytes;
    private bool _ended;

    private ProgressItem(IProgressSink sink, ProgressKind kind, string name, long? total)
    {
        _sink = sink;
        Kind = kind;
        Name = name;
        Total = total;
    }

    /// <summary>Kind of work.</summary>
    public ProgressKind Kind { get; }

    /// <summary>What is worked on, in the form that the kind says.</summary>
    public string Name { get; }

    /// <summary>Number of bytes in all; null when unknown.</summary>
    public long? Total { get; }

    /// <summary>Number of bytes so far. May be read from any thread.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Whether the work ended without an error.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Starts an item; null without a sink.</summary>
    /// <param name="sink">Receives the item.</param>
    /// <param name="kind">Kind of work.</param>
    /// <param name="name">What is worked on.</param>
    /// <param name="total">Number of bytes in all; null when unknown.</param>
    public static ProgressItem? Start(IProgressSink? sink, ProgressKind kind, string name, long? total = null)
    {
        if (sink is null)
        {
            return null;
        }

        var item = new ProgressItem(sink, kind, name, total);
        sink.Start(item);
        return item;
    }

    /// <summary>Counts bytes. May be called from any thread.</summary>
    public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>Notes that the work succeeded; <see cref="Dispose"/> follows.</summary>
    public void Complete() => IsComplete = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_ended)
        {
            _ended = true;
            _sink.End(this);
        }
    }
}
