namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>Names with values, in the order the names first came. Immutable: a change gives another map. Maps that come one from the other
/// share a <see cref="VariableLog"/>, so that a hundred thousand variables cost little more than their text.</summary>
internal sealed class VariableMap
{
    /// <summary>A log with so many others below it is written anew: a name must not be looked for in too many.</summary>
    private const int DeepestLog = 16;

    /// <summary>When so many entries are out of date, the log is written anew.</summary>
    private const int MostOutOfDate = 1024;

    private readonly VariableLog _log;

    /// <summary>How many entries of the log there were when this map was made.</summary>
    private readonly int _seen;

    /// <summary>How many entries there are in all logs.</summary>
    private readonly int _entries;

    private VariableMap(VariableLog log, int count)
    {
        (_log, Count, _seen) = (log, count, log.Count);
        _entries = _seen + (log.Below?._entries ?? 0);
    }

    /// <summary>A map without variables, with a log of its own.</summary>
    public static VariableMap Empty => new(new VariableLog(null), 0);

    /// <summary>How many names there are.</summary>
    public int Count { get; }

    /// <summary>How many logs lie below the map's own.</summary>
    public int Depth => _log.Depth;

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
        if (_entries - Count < MostOutOfDate)
        {
            if (_log.TryAdd(_seen, name, value))
            {
                return new VariableMap(_log, count);
            }
            // Another map has gone on from here.
            if (Depth < DeepestLog)
            {
                return Alone(new VariableLog(this), name, value, count);
            }
        }

        var anew = new VariableLog(null);
        foreach (var (before, itsValue) in InOrder)
        {
            anew.TryAdd(anew.Count, before, itsValue);
        }

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
        for (var map = this; map is not null; map = map._log.Below)
        {
            if (map._log.Find(name, map._seen) is >= 0 and var at)
            {
                return (map._log, at);
            }
        }

        return (null, -1);
    }

    private IEnumerable<string> Written() => (_log.Below?.Written() ?? []).Concat(Enumerable.Range(0, _seen).Select(_log.NameAt));
}
