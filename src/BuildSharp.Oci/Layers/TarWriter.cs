using System.Buffers;
using System.Text;

namespace BuildSharp.Oci.Layers;

/// <summary>Writes a tar whose bytes follow from the entries alone: ustar headers, and a pax header before an entry only when a
/// field does not fit (long or non-ASCII names, big numbers, fractions of a second, extended attributes).</summary>
/// <remarks>The choices are those of Go's archive/tar, so that the same tree gives the same diff ID here and in the other tools
/// that share the store: records sorted by key, the pax header named <c>dir/PaxHeaders.0/file</c>, no process id, no time.</remarks>
/// <param name="output">Where the tar goes; written in pieces of any size, so give it a buffer. Not disposed.</param>
/// <param name="recorder">Told of every byte, to make a tar-split in the same pass.</param>
public sealed class TarWriter(Stream output, ITarRecorder? recorder = null)
{
    private static readonly byte[] Zeros = new byte[2 * TarField.BlockSize];

    private readonly byte[] _block = new byte[TarField.BlockSize];
    private readonly ArrayBufferWriter<byte> _records = new();
    private readonly List<PaxRecord> _pax = [];
    private long _remaining;
    private int _padding;

    /// <summary>Writes an entry; <see cref="TarHeader.Size"/> bytes must follow through <see cref="WriteContent"/>.</summary>
    /// <remarks>A sparse header is written as an ordinary file of its whole size.</remarks>
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

    /// <summary>Writes the next bytes of the current entry's content.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than the header announced.</exception>
    public void WriteContent(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, _remaining);
        _remaining -= bytes.Length;
        output.Write(bytes);
        recorder?.RecordContent(bytes);
    }

    /// <summary>Ends the archive with its two zero blocks. Does not flush the output.</summary>
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

    // A long ASCII name that splits at a slash needs no pax header of its own; next to other records it gets one all the same.
    private bool NeedsPax(TarHeader header, bool split) =>
        _pax.Count > 0 && !(split && _pax.Count == 1 && _pax[0].Is("path"u8) && header.Name.Length > 100);

    private static bool TrySplitName(ReadOnlySpan<byte> name, out int prefixLength)
    {
        prefixLength = 0;
        if (name.Length <= 100 || !Ascii.IsValid(name))
        {
            return false;
        }

        // The prefix holds 155 bytes; the slash between the halves is in neither.
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
        // Some readers take a cut name that ends in a slash for a directory, whatever the pax header says.
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
