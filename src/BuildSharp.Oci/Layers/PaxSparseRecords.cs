using System.Buffers.Text;

namespace BuildSharp.Oci.Layers;

/// <summary>The <c>GNU.sparse.*</c> records of one pax header (GNU tar manual, "PAX Format, Versions 0.0, 0.1, 1.0").</summary>
internal sealed class PaxSparseRecords
{
    private readonly List<SparseExtent> _extents = [];
    private long? _realSize;
    private long? _offset;
    private bool _hasMap;
    private bool _mapInData;

    /// <summary>The file's real name. From version 0.1 on, <c>path</c> holds an artificial name for readers without sparse
    /// support.</summary>
    public byte[]? Name { get; private set; }

    public void Take(string key, PaxRecord record, TarInput input)
    {
        switch (key)
        {
            case "GNU.sparse.name":
                Name = record.Value.Length == 0 ? null : record.Value;
                break;
            case "GNU.sparse.size" or "GNU.sparse.realsize":
                _realSize = PaxAttributes.Number(record, input);
                break;
            case "GNU.sparse.major":
                _mapInData = PaxAttributes.Number(record, input) == 1;
                break;
            case "GNU.sparse.offset":
                _hasMap = true;
                _offset = PaxAttributes.Number(record, input);
                break;
            case "GNU.sparse.numbytes":
                Add(_offset, PaxAttributes.Number(record, input), input);
                _offset = null;
                break;
            case "GNU.sparse.map":
                _hasMap = true;
                ReadMap(record.Value, input);
                break;
        }
    }

    /// <summary>The sparse map, which in version 1.0 is at the start of the entry's data; null when there is none.</summary>
    /// <param name="input">The tar, after the entry's header.</param>
    /// <param name="stored">Number of stored bytes of the entry; reduced by the length of the map.</param>
    public SparseMap? ToMap(TarInput input, ref long stored)
    {
        if (_mapInData)
        {
            ReadMapFromData(input, ref stored);
        }
        else if (!_hasMap)
        {
            return null;
        }

        return new SparseMap(_realSize ?? throw input.Damaged("a sparse file has no real size"), _extents);
    }

    private void ReadMap(ReadOnlySpan<byte> map, TarInput input)
    {
        _extents.Clear();
        while (!map.IsEmpty)
        {
            var offset = TakeNumber(ref map, (byte)',', input);
            Add(offset, TakeNumber(ref map, (byte)',', input), input);
        }
    }

    private void ReadMapFromData(TarInput input, ref long stored)
    {
        _extents.Clear();
        Span<byte> line = stackalloc byte[24];
        var length = 0;
        long? wanted = null;
        long? offset = null;
        while (wanted is null || _extents.Count < wanted)
        {
            stored -= TarField.BlockSize;
            if (stored < 0)
            {
                throw input.Damaged("the map of a sparse file is longer than the file");
            }

            foreach (var digit in input.ReadFraming(TarField.BlockSize, TarField.BlockSize))
            {
                if (digit != '\n')
                {
                    line[length++] = length < 20 ? digit : throw input.Damaged("the map of a sparse file is malformed");
                    continue;
                }

                ReadOnlySpan<byte> number = line[..length];
                var value = TakeNumber(ref number, (byte)'\n', input);
                length = 0;
                if (wanted is null)
                {
                    wanted = value;
                }
                else if (offset is null)
                {
                    offset = value;
                }
                else
                {
                    Add(offset, value, input);
                    offset = null;
                }

                if (_extents.Count == wanted)
                {
                    break;
                }
            }
        }
    }

    private static long TakeNumber(ref ReadOnlySpan<byte> text, byte separator, TarInput input)
    {
        if (!Utf8Parser.TryParse(text, out long value, out var used) || value < 0 || (used < text.Length && text[used] != separator))
        {
            throw input.Damaged("the map of a sparse file is malformed");
        }

        text = text[Math.Min(used + 1, text.Length)..];
        return value;
    }

    private void Add(long? offset, long? length, TarInput input) =>
        SparseMap.Add(
            _extents,
            offset ?? throw input.Damaged("the map of a sparse file is malformed"),
            length ?? throw input.Damaged("the map of a sparse file is malformed"),
            input);
}
