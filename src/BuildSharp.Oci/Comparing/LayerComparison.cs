using BuildSharp.Oci.Layers;

namespace BuildSharp.Oci.Comparing;

/// <summary>Compares the tars of two layers in one pass over both. Files of the same name are compared byte by byte while they are read; only
/// the headers of those that the other tar does not have at the same place are kept.</summary>
public sealed class LayerComparison
{
    // Each costs a few hundred bytes. Layers with more have nothing in common that is worth listing.
    private const int MaxUnmatched = 50_000;

    private readonly Side _first;
    private readonly Side _second;
    private bool _isReordered;

    private LayerComparison(Stream first, Stream second) =>
        (_first, _second) = (new Side(first, "the first layer"), new Side(second, "the second layer"));

    /// <summary>Differences of two layers that are not the same bytes; at least one.</summary>
    /// <param name="first">The uncompressed tar of one. Not disposed.</param>
    /// <param name="second">That of the other. Not disposed.</param>
    /// <exception cref="BuildSharpException">A tar is damaged.</exception>
    public static IEnumerable<FileDifference> Of(Stream first, Stream second) => new LayerComparison(first, second).All();

    private IEnumerable<FileDifference> All()
    {
        var areSame = true;
        foreach (var difference in Entries())
        {
            areSame = false;
            yield return difference;
        }

        if (areSame)
        {
            yield return new FileDifference([], [new Difference(_isReordered ? Aspect.Order : Aspect.Form)]);
        }
    }

    private IEnumerable<FileDifference> Entries()
    {
        _first.MoveNext();
        _second.MoveNext();
        while (_first.Header is not null || _second.Header is not null)
        {
            var order = _first.Header is null ? 1 : _second.Header is null ? -1 : TarOrder.Compare(_first.Name, _second.Name);
            if (order == 0 && _first.Name.AsSpan().SequenceEqual(_second.Name))
            {
                var differences = BetweenHeads();
                if (differences.Count > 0)
                {
                    yield return new FileDifference(_first.Name, differences);
                }

                _first.MoveNext();
                _second.MoveNext();
            }
            else if (_first.Unmatched.Count + _second.Unmatched.Count == MaxUnmatched)
            {
                yield return new FileDifference([], [new Difference(Aspect.TooMany)]);
                break;
            }
            else if (Unmatched(order <= 0) is { } difference)
            {
                yield return difference;
            }
        }

        foreach (var name in _first.Unmatched.Keys)
        {
            yield return new FileDifference(name, [new Difference(Aspect.OnlyInFirst)]);
        }

        foreach (var name in _second.Unmatched.Keys)
        {
            yield return new FileDifference(name, [new Difference(Aspect.OnlyInSecond)]);
        }
    }

    private List<Difference> BetweenHeads()
    {
        var differences = EntryFacts.Between(_first.Header!, _second.Header!).ToList();
        if (_first.Header!.Type == _second.Header!.Type && FirstDifference(_first.Content, _second.Content) is { } place)
        {
            var sizes = _first.Header.Size == _second.Header.Size ? "" : $" ({_first.Header.Size} bytes, then {_second.Header.Size})";
            differences.Insert(0, new Difference(Aspect.Content, $"from byte {place} on{sizes}"));
        }

        return differences;
    }

    /// <summary>Moves one tar past an entry that the other does not have at this place, and compares it if the other had it before.</summary>
    private FileDifference? Unmatched(bool isFirst)
    {
        var (side, other) = isFirst ? (_first, _second) : (_second, _first);
        var (name, facts) = (side.Name, side.Read());
        side.MoveNext();
        if (!other.Unmatched.Remove(name, out var counterpart))
        {
            side.Unmatched[name] = facts;
            return null;
        }

        _isReordered = true;
        var (before, now) = isFirst ? (facts, counterpart) : (counterpart, facts);
        var differences = EntryFacts.Between(before.Header, now.Header).ToList();
        if (before.Header.Type == now.Header.Type && before.Content != now.Content)
        {
            differences.Insert(0, new Difference(Aspect.Content));
        }

        return differences.Count == 0 ? null : new FileDifference(name, differences);
    }

    /// <summary>Number of the first byte, from 1, that is not the same in both or that one of them does not have; null without one.</summary>
    private long? FirstDifference(Stream first, Stream second)
    {
        for (long place = 1; ;)
        {
            var read = first.ReadAtLeast(_first.Buffer, _first.Buffer.Length, throwOnEndOfStream: false);
            var other = second.ReadAtLeast(_second.Buffer, _second.Buffer.Length, throwOnEndOfStream: false);
            var common = _first.Buffer.AsSpan(0, read).CommonPrefixLength(_second.Buffer.AsSpan(0, other));
            if (common < Math.Max(read, other))
            {
                return place + common;
            }

            if (read == 0)
            {
                return null;
            }

            place += read;
        }
    }

    /// <summary>One of the tars, at its present entry.</summary>
    private sealed class Side(Stream tar, string what)
    {
        private readonly TarReader _reader = new(tar, name: what);

        /// <summary>Null after the last entry.</summary>
        public TarHeader? Header { get; private set; }

        public byte[] Name { get; private set; } = [];

        public Stream Content => _reader.Content;

        public byte[] Buffer { get; } = new byte[64 * 1024];

        /// <summary>Entries that the other tar did not have so far, by name.</summary>
        public Dictionary<byte[], EntryFacts> Unmatched { get; } = new(ByteStringComparer.Instance);

        public void MoveNext()
        {
            Header = _reader.ReadNext();
            Name = Header is null ? [] : EntryFacts.NameOf(Header);
        }

        /// <summary>Reads the content of the entry.</summary>
        public EntryFacts Read()
        {
            using var digest = new RunningDigest();
            for (int read; (read = Content.Read(Buffer)) > 0;)
            {
                digest.Append(Buffer.AsSpan(0, read));
            }

            return new EntryFacts(Header!, digest.Complete());
        }
    }
}
