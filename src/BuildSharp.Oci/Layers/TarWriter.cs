using System.Buffers;
using System.Text;

namespace BuildSharp.Oci.Layers;

/// <summary>Writes a tar whose bytes depend only on the entries: ustar headers, and a pax header before an entry only if a field does not
/// fit (long or non-ASCII names, large numbers, fractions of a second, extended attributes).</summary>
/// <remarks>Makes the same choices as Go's archive/tar, so that equal trees have equal diff IDs in all tools that share the store: records
/// sorted by key, pax headers named <c>dir/PaxHeaders.0/file</c>, no process id, no time.</remarks>
/// <param name="output">Receives the tar in pieces of any size, so it should be buffered. Not disposed.</param>
/// <param name="recorder">Receives every byte, for a tar-split; may be null.</param>
public sealed class TarWriter(Stream output, ITarRecorder? recorder = null)
{
    private static readonly byte[] Zeros = new byte[2 * TarField.BlockSize];

    private readonly byte[] _block = new byte[TarField.BlockSize];
    private readonly ArrayBufferWriter<byte> _records = new();
    private readonly List<PaxRecord> _pax = [];
    private long _remaining;
    private int _padding;

    /// <summary>Writes an entry's header; the caller must pass <see cref="TarHeader.Size"/> bytes to <see cref="WriteContent"/>
    /// next.</summary>
    /// <remarks>A sparse file is written as an ordinary file of its full size.</remarks>
    public void Write(TarHeader header)
    {
        FinishEntry();
        CollectPaxRecords(header);
        var split = TrySplitName(header.Name, out var prefixLength);
        if (NeedsPax(header, split))
        {
            WritePaxHeader(header);
            split = false;
        }

        WriteMainHeader(header, split ? prefixLength : 0);
        _remaining = header.Size;
        _padding = TarField.Padding(header.Size);
        recorder?.BeginEntry(header, header.Size);
    }

    /// <summary>Writes an entry and its content.</summary>
    /// <exception cref="BuildSharpException">The stream ends before <see cref="TarHeader.Size"/> bytes.</exception>
    public void Write(TarHeader header, Stream content)
    {
        Write(header);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(header.Size, 1), 256 * 1024));
        try
        {
            while (_remaining > 0)
            {
                var read = content.Read(buffer, 0, (int)Math.Min(buffer.Length, _remaining));
                if (read == 0)
                {
                    throw new BuildSharpException($"writing {header.NameText} to a tar: the content ended {_remaining} bytes short of {header.Size}");
                }

                WriteContent(buffer.AsSpan(0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes bytes of the current entry's content.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bytes exceed the size in the header.</exception>
    public void WriteContent(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, _remaining);
        _remaining -= bytes.Length;
        output.Write(bytes);
        recorder?.RecordContent(bytes);
    }

    /// <summary>Writes the two zero blocks at the end. Does not flush the output.</summary>
    public void Complete()
    {
        FinishEntry();
        WriteFraming(Zeros);
    }

    private void FinishEntry()
    {
        if (_remaining > 0)
        {
            throw new InvalidOperationException($"{_remaining} bytes of content are missing from the current entry");
        }

        WriteFraming(Zeros.AsSpan(0, _padding));
        _padding = 0;
    }

    private void CollectPaxRecords(TarHeader header)
    {
        _pax.Clear();
        AddText("path"u8, header.Name, TarField.Name);
        AddText("linkpath"u8, header.LinkName, TarField.LinkName);
        AddText("uname"u8, Encoding.UTF8.GetBytes(header.UserName), TarField.UserName);
        AddText("gname"u8, Encoding.UTF8.GetBytes(header.GroupName), TarField.GroupName);
        AddNumber("uid"u8, header.Uid, TarField.Uid);
        AddNumber("gid"u8, header.Gid, TarField.Gid);
        AddNumber("size"u8, header.Size, TarField.Size);
        if (header.ModifiedAt.Nanoseconds != 0 || !FitsOctal(header.ModifiedAt.UnixSeconds, TarField.ModifiedAt))
        {
            _pax.Add(new PaxRecord("mtime"u8.ToArray(), PaxRecord.FormatTime(header.ModifiedAt)));
        }

        foreach (var (name, value) in header.Xattrs)
        {
            _pax.Add(new PaxRecord([.. PaxRecord.XattrPrefix, .. name], value));
        }
    }

    private void AddText(ReadOnlySpan<byte> key, byte[] value, Range field)
    {
        if (value.Length > field.GetOffsetAndLength(TarField.BlockSize).Length || !Ascii.IsValid(value))
        {
            _pax.Add(new PaxRecord(key.ToArray(), value));
        }
    }

    private void AddNumber(ReadOnlySpan<byte> key, long value, Range field)
    {
        if (!FitsOctal(value, field))
        {
            _pax.Add(new PaxRecord(key.ToArray(), PaxRecord.FormatNumber(value)));
        }
    }

    private static bool FitsOctal(long value, Range field) =>
        TarField.FitsOctal(field.GetOffsetAndLength(TarField.BlockSize).Length, value);

    // A long ASCII name that can be split at a slash needs no pax record. Like Go, add one anyway if other records are needed.
    private bool NeedsPax(TarHeader header, bool split) =>
        _pax.Count > 0 && !(split && _pax.Count == 1 && _pax[0].Is("path"u8) && header.Name.Length > 100);

    private static bool TrySplitName(ReadOnlySpan<byte> name, out int prefixLength)
    {
        prefixLength = 0;
        if (name.Length <= 100 || !Ascii.IsValid(name))
        {
            return false;
        }

        // The prefix holds 155 bytes; the slash between prefix and name is in neither.
        var searched = name.Length > 156 ? name[..156] : name[^1] == '/' ? name[..^1] : name;
        var slash = searched.LastIndexOf((byte)'/');
        var rest = name.Length - slash - 1;
        if (slash <= 0 || rest is 0 or > 100 || slash > 155)
        {
            return false;
        }

        prefixLength = slash;
        return true;
    }

    private void WritePaxHeader(TarHeader header)
    {
        _pax.Sort((left, right) => left.Key.AsSpan().SequenceCompareTo(right.Key));
        _records.ResetWrittenCount();
        foreach (var record in _pax)
        {
            record.AppendTo(_records);
        }

        var slash = header.Name.AsSpan().LastIndexOf((byte)'/');
        byte[] name = [.. header.Name.AsSpan(0, slash + 1), .. "PaxHeaders.0/"u8, .. header.Name.AsSpan(slash + 1)];
        var ascii = AsciiOnly(name);
        var block = StartBlock((TarEntryType)'x');
        WriteText(block[TarField.Name], ascii.AsSpan(0, Math.Min(ascii.Length, 100)).TrimEnd((byte)'/'));
        TarField.WriteOctal(block[TarField.Mode], 0);
        TarField.WriteOctal(block[TarField.Uid], 0);
        TarField.WriteOctal(block[TarField.Gid], 0);
        TarField.WriteOctal(block[TarField.Size], _records.WrittenCount);
        TarField.WriteOctal(block[TarField.ModifiedAt], 0);
        FinishBlock(block);
        WriteFraming(_records.WrittenSpan);
        WriteFraming(Zeros.AsSpan(0, TarField.Padding(_records.WrittenCount)));
    }

    private void WriteMainHeader(TarHeader header, int prefixLength)
    {
        var block = StartBlock(header.Type);
        var name = prefixLength > 0 ? header.Name.AsSpan(prefixLength + 1) : AsciiOnly(header.Name);
        WriteText(block[TarField.Prefix], header.Name.AsSpan(0, prefixLength));
        WriteText(block[TarField.Name], name);
        WriteText(block[TarField.LinkName], AsciiOnly(header.LinkName));
        WriteText(block[TarField.UserName], AsciiOnly(Encoding.UTF8.GetBytes(header.UserName)));
        WriteText(block[TarField.GroupName], AsciiOnly(Encoding.UTF8.GetBytes(header.GroupName)));
        TarField.WriteOctal(block[TarField.Mode], header.Mode);
        TarField.WriteOctal(block[TarField.Uid], header.Uid);
        TarField.WriteOctal(block[TarField.Gid], header.Gid);
        TarField.WriteOctal(block[TarField.Size], header.Size);
        TarField.WriteOctal(block[TarField.ModifiedAt], header.ModifiedAt.UnixSeconds);
        TarField.WriteOctal(block[TarField.DeviceMajor], header.DeviceMajor);
        TarField.WriteOctal(block[TarField.DeviceMinor], header.DeviceMinor);
        FinishBlock(block);
    }

    private Span<byte> StartBlock(TarEntryType type)
    {
        Array.Clear(_block);
        _block[TarField.Type] = (byte)type;
        TarField.PosixMagic.CopyTo(_block.AsSpan(TarField.Magic));
        return _block;
    }

    private void FinishBlock(Span<byte> block)
    {
        TarField.WriteOctal(block[TarField.Checksum][..7], TarField.Sum(block).Unsigned);
        block[TarField.Checksum][7] = (byte)' ';
        WriteFraming(block);
    }

    private static void WriteText(Span<byte> field, ReadOnlySpan<byte> text)
    {
        if (text.Length <= field.Length)
        {
            text.CopyTo(field);
            return;
        }

        text[..field.Length].CopyTo(field);
        // Some readers treat a truncated name that ends in a slash as a directory, even if the pax header has another name.
        if (field[^1] == '/')
        {
            field[field.TrimEnd((byte)'/').Length] = 0;
        }
    }

    private static byte[] AsciiOnly(byte[] text) => Ascii.IsValid(text) ? text : Array.FindAll(text, c => c < 0x80);

    private void WriteFraming(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            output.Write(bytes);
            recorder?.RecordFraming(bytes);
        }
    }
}
