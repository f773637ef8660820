using System.Buffers.Text;
using System.Text;

namespace BuildSharp.Oci.Layers;

/// <summary>Values from pax headers, of one entry or global. Unknown keys are ignored.</summary>
internal sealed class PaxAttributes
{
    private readonly List<KeyValuePair<byte[], byte[]>> _xattrs = [];
    private int _xattrBytes;

    public bool HasAny { get; private set; }

    public byte[]? Path { get; private set; }

    public byte[]? LinkPath { get; private set; }

    public long? Size { get; private set; }

    public long? Uid { get; private set; }

    public long? Gid { get; private set; }

    public Timestamp? ModifiedAt { get; private set; }

    public byte[]? UserName { get; private set; }

    public byte[]? GroupName { get; private set; }

    public IReadOnlyList<KeyValuePair<byte[], byte[]>> Xattrs => _xattrs;

    /// <summary>The sparse map in any of GNU's three pax formats; null for none.</summary>
    public PaxSparseRecords? Sparse { get; private set; }

    /// <summary>Adds the records of another header; they replace earlier values.</summary>
    public void Read(ReadOnlySpan<byte> data, TarInput input)
    {
        HasAny = true;
        while (!data.IsEmpty)
        {
            if (!PaxRecord.TryTake(ref data, out var record))
            {
                // Some writers pad with zeros.
                if (!data.ContainsAnyExcept((byte)0))
                {
                    break;
                }

                throw input.Damaged("a pax header is malformed");
            }

            Take(record, input);
        }
    }

    private void Take(PaxRecord record, TarInput input)
    {
        if (record.Key.AsSpan().StartsWith(PaxRecord.XattrPrefix))
        {
            TakeXattr(record.Key[PaxRecord.XattrPrefix.Length..], record.Value, input);
            return;
        }

        var value = record.Value.Length == 0 ? null : record.Value;
        var key = Encoding.UTF8.GetString(record.Key);
        switch (key)
        {
            case "path":
                Path = value;
                break;
            case "linkpath":
                LinkPath = value;
                break;
            case "size":
                Size = Number(record, input);
                break;
            case "uid":
                Uid = Number(record, input);
                break;
            case "gid":
                Gid = Number(record, input);
                break;
            case "uname":
                UserName = value;
                break;
            case "gname":
                GroupName = value;
                break;
            case "mtime":
                ModifiedAt = value is null ? null
                    : PaxRecord.TryParseTime(value, out var time) ? time
                    : throw input.Damaged("a pax header's mtime is not a time");
                break;
            default:
                if (key.StartsWith("GNU.sparse.", StringComparison.Ordinal))
                {
                    Sparse ??= new PaxSparseRecords();
                    Sparse.Take(key, record, input);
                }

                break;
        }
    }

    private void TakeXattr(byte[] name, byte[] value, TarInput input)
    {
        if (name.Length == 0 || name.AsSpan().Contains((byte)0))
        {
            throw input.Damaged("a pax header has an extended attribute without a proper name");
        }

        _xattrBytes += name.Length + value.Length;
        if (_xattrBytes > TarReader.MaxPaxHeader)
        {
            throw input.Damaged($"the global pax headers hold more than {TarReader.MaxPaxHeader} bytes of extended attributes");
        }

        _xattrs.Add(new KeyValuePair<byte[], byte[]>(name, value));
    }

    internal static long? Number(PaxRecord record, TarInput input)
    {
        if (record.Value.Length == 0)
        {
            return null;
        }

        return Utf8Parser.TryParse(record.Value, out long value, out var used) && used == record.Value.Length
            ? value
            : throw input.Damaged($"a pax header's {Encoding.UTF8.GetString(record.Key)} is not a number");
    }
}
