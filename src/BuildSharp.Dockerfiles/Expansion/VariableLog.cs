using System.Text;

namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>What was set, one after another: names and values as bytes, and for each the one before it in a chain of like hashes. Maps that
/// come one from the other share it. Each knows how much was there when it was made, and what is there stays as it is.</summary>
/// <param name="below">What was set before the first entry; null when nothing was.</param>
internal sealed class VariableLog(VariableMap? below)
{
    private readonly Lock _access = new();
    private readonly ChunkedList<byte> _bytes = new();
    private readonly ChunkedList<Entry> _entries = new();

    /// <summary>By hash, the number of the last entry counted from 1, or 0. It is as long as there are entries, or longer.</summary>
    private int[] _chains = new int[8];

    /// <summary>What was set before the first entry.</summary>
    public VariableMap? Below => below;

    /// <summary>How many logs lie below.</summary>
    public int Depth { get; } = below is null ? 0 : below.Depth + 1;

    /// <summary>How many entries there are.</summary>
    public int Count => _entries.Count;

    /// <summary>Sets a name, unless something was set since.</summary>
    /// <param name="since">How many entries there must be.</param>
    /// <param name="name">The name.</param>
    /// <param name="value">Its value; null for none.</param>
    public bool TryAdd(int since, string name, string? value)
    {
        lock (_access)
        {
            if (_entries.Count != since)
            {
                return false;
            }

            if (_entries.Count == _chains.Length)
            {
                Grow();
            }

            _entries.Add(new Entry(_bytes.Count, 0));
            Write(name);
            Write(value);
            Chain(since, name);
            return true;
        }
    }

    /// <summary>Finds the entry that set a name last.</summary>
    /// <param name="name">The name.</param>
    /// <param name="seen">So many entries count.</param>
    /// <returns>-1 when none did.</returns>
    public int Find(string name, int seen)
    {
        lock (_access)
        {
            var at = _chains[Slot(name)] - 1;
            while (at >= 0 && (at >= seen || !IsAt(_entries[at].Place, name)))
            {
                at = _entries[at].Before - 1;
            }

            return at;
        }
    }

    /// <summary>The name that an entry sets.</summary>
    public string NameAt(int index)
    {
        var place = _entries[index].Place;
        return Read(ref place)!;
    }

    /// <summary>The value that an entry gives; null for none.</summary>
    public string? ValueAt(int index)
    {
        var place = _entries[index].Place;
        Read(ref place);
        return Read(ref place);
    }

    private void Chain(int index, string name)
    {
        ref var last = ref _chains[Slot(name)];
        _entries[index] = _entries[index] with { Before = last };
        last = index + 1;
    }

    private void Grow()
    {
        _chains = new int[2 * _chains.Length];
        for (var index = 0; index < _entries.Count; index++)
        {
            Chain(index, NameAt(index));
        }
    }

    private int Slot(string name) => (int)((uint)name.GetHashCode() % _chains.Length);

    /// <summary>Writes a text: 0 for none; or twice its length, whether its characters take two bytes, and 1; then the characters.</summary>
    private void Write(string? text)
    {
        if (text is null)
        {
            _bytes.Add(0);
            return;
        }

        var isWide = !Ascii.IsValid(text);
        for (var head = Head(text, isWide); ; head >>= 7)
        {
            _bytes.Add((byte)(head < 0x80 ? head : head | 0x80));
            if (head < 0x80)
            {
                break;
            }
        }

        foreach (var unit in text)
        {
            _bytes.Add((byte)unit);
            if (isWide)
            {
                _bytes.Add((byte)(unit >> 8));
            }
        }
    }

    private static uint Head(string text, bool isWide) => (((uint)text.Length << 1) | (isWide ? 1u : 0)) + 1;

    private uint ReadHead(ref int place)
    {
        var head = 0u;
        for (var shift = 0; ; shift += 7)
        {
            var next = _bytes[place++];
            head |= (next & 0x7Fu) << shift;
            if (next < 0x80)
            {
                return head;
            }
        }
    }

    private char ReadUnit(ref int place, bool isWide) => (char)(_bytes[place++] | (isWide ? _bytes[place++] << 8 : 0));

    private string? Read(ref int place)
    {
        var head = ReadHead(ref place);
        if (head == 0)
        {
            return null;
        }

        var isWide = ((head - 1) & 1) == 1;
        var units = new char[(head - 1) >> 1];
        for (var at = 0; at < units.Length; at++)
        {
            units[at] = ReadUnit(ref place, isWide);
        }

        return new string(units);
    }

    private bool IsAt(int place, string text)
    {
        var head = ReadHead(ref place);
        var isWide = ((head - 1) & 1) == 1;
        if ((head - 1) >> 1 != text.Length)
        {
            return false;
        }

        foreach (var unit in text)
        {
            if (ReadUnit(ref place, isWide) != unit)
            {
                return false;
            }
        }

        return true;
    }

    /// <param name="Place">Where its name is written; the value is behind it.</param>
    /// <param name="Before">The number of the entry before it in its chain, counted from 1, or 0.</param>
    private readonly record struct Entry(int Place, int Before);
}
