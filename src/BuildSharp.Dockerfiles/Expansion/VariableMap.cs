namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>Names with values, in the order the names first came. Immutable: a change gives another map. Maps that come one from the other
/// share a <see cref="VariableLog"/>, so that a hundred thousand variables cost little more than their text.</summary>
internal sealed class VariableMap
{
    /// <summary>A log with so many others below it is written anew: a name must not be looked for in too many.</summary>
    private const int DeepestLog = 16;

    /// <summary>When so many entries are out of date, the log is written anew.</summary>
    private const int MostOutOfDate = 1024;

    private readonly VariableLog log;

    /// <summary>How many entries of the log there were when this map was made.</summary>
    private readonly int seen;

    /// <summary>How many entries there are in all logs.</summary>
    private readonly int entries;

    private VariableMap(VariableLog log, int count)
    {
        (this.log, Count, seen) = (log, count, log.Count);
        entries = seen + (log.Below?.entries ?? 0);
    }

    /// <summary>A map without variables, with a log of its own.</summary>
    public static VariableMap Empty => new(new VariableLog(null), 0);

    /// <summary>How many names there are.</summary>
    public int Count { get; }

    /// <summary>How many logs lie below the map's own.</summary>
    public int Depth => log.Depth;

    /// <summary>The names in order.</summary>
    public IEnumerable<string> Names => Written().Distinct();

    /// <summary>The variables in order.</summary>
    public IEnumerable<KeyValuePair<string, string?>> InOrder => Names.Select(name => KeyValuePair.Create(name, ValueOf(name)));

    /// <summary>Whether a name is there, with a value or without.</summary>
    public bool Contains(string name) => Find(name).At >= 0;

    /// <summary>The value of a name; null when it has none or is not there.</summary>
    public string? ValueOf(string name) => Find(name) is ({ } there, >= 0 and var at) ? there.ValueAt(at) : null;

    /// <summary>The map with a name that has this value.</summary>
    public VariableMap With(string name, string? value)
    {
        var count = Contains(name) ? Count : Count + 1;
        if (entries - Count < MostOutOfDate)
        {
            if (log.TryAdd(seen, name, value)) return new VariableMap(log, count);
            // Another map has gone on from here.
            if (Depth < DeepestLog) return Alone(new VariableLog(this), name, value, count);
        }

        var anew = new VariableLog(null);
        foreach (var (before, itsValue) in InOrder) anew.TryAdd(anew.Count, before, itsValue);
        return Alone(anew, name, value, count);
    }

    /// <summary>The first map of a log that nobody else has.</summary>
    private static VariableMap Alone(VariableLog log, string name, string? value, int count)
    {
        log.TryAdd(log.Count, name, value);
        return new VariableMap(log, count);
    }

    private (VariableLog? Log, int At) Find(string name)
    {
        for (var map = this; map is not null; map = map.log.Below)
        {
            if (map.log.Find(name, map.seen) is >= 0 and var at) return (map.log, at);
        }

        return (null, -1);
    }

    private IEnumerable<string> Written() => (log.Below?.Written() ?? []).Concat(Enumerable.Range(0, seen).Select(log.NameAt));
}
