using System.Buffers.Binary;
using System.IO.Hashing;
using SharpCompress.Compressors.LZMA;

namespace BuildSharp.Oci.Layers.Compression;

/// <summary>Reads a sequence of xz streams with padding between them ("The .xz File Format", version 1.2.1).</summary>
/// <remarks>SharpCompress decodes the blocks. The container format is parsed here, because the reader of SharpCompress compares neither
/// checks nor the index, allocates a dictionary of any size, and applies filters wrongly when a read ends inside a block.</remarks>
/// <param name="compressed">The compressed bytes. Not disposed.</param>
internal sealed class XzStream(Stream compressed) : DecodingStream(compressed)
{
    /// <summary>Maximum size of the dictionary: 256 MiB. <c>xz -9</c> needs 64.</summary>
    internal const long LargestDictionary = 256L << 20;

    private const int HeaderSize = 12;
    private const ulong Lzma2 = 0x21;

    private readonly Crc32 _indexCrc = new();
    private XzCheck? _check;
    private byte _streamFlags;
    private LzmaStream? _block;
    private int _blockHeaderSize;
    private long _blockStart;
    private ulong _blockPlain;
    private ulong? _packedSize;
    private ulong? _plainSize;

    // Values to compare with the index at the end of the stream.
    private ulong _blocks;
    private ulong _unpaddedTotal;
    private ulong _plainTotal;

    private static ReadOnlySpan<byte> Magic => [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0];

    protected override int Decode(Span<byte> buffer)
    {
        while (_block is not null || BeginBlock())
        {
            var count = _block!.Read(buffer);
            if (count > 0)
            {
                _check!.Append(buffer[..count]);
                _blockPlain += (ulong)count;
                return count;
            }

            EndBlock();
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _block?.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool BeginBlock()
    {
        while (_check is not null || BeginStream())
        {
            var size = Input.ReadByte();
            if (size != 0)
            {
                ReadBlockHeader(size);
                return true;
            }

            EndStream();
        }

        return false;
    }

    private bool BeginStream()
    {
        if (Input.Position > 0)
        {
            Span<byte> padding = stackalloc byte[4];
            while (!Input.IsAtEnd && Input.Peek() == 0)
            {
                Input.ReadExactly(padding);
                Require(!padding.ContainsAnyExcept((byte)0), "padding between streams");
            }

            if (Input.IsAtEnd)
            {
                return false;
            }
        }

        Span<byte> header = stackalloc byte[HeaderSize];
        Input.ReadExactly(header);
        Require(header.StartsWith(Magic) && Crc32.HashToUInt32(header[6..8]) == BinaryPrimitives.ReadUInt32LittleEndian(header[8..]), "stream header");
        RequireKnown(header[6] == 0 && header[7] <= 0xf);
        _streamFlags = header[7];
        _check = XzCheck.Of(_streamFlags);
        _blocks = _unpaddedTotal = _plainTotal = 0;
        return true;
    }

    private void ReadBlockHeader(int size)
    {
        Span<byte> header = stackalloc byte[(size + 1) * 4];
        header[0] = (byte)size;
        Input.ReadExactly(header[1..]);
        Require(Crc32.HashToUInt32(header[..^4]) == BinaryPrimitives.ReadUInt32LittleEndian(header[^4..]), "block header");
        int flags = header[1];
        RequireKnown((flags & 0x3c) == 0);
        var fields = (ReadOnlySpan<byte>)header[2..^4];
        _packedSize = (flags & 0x40) != 0 ? ReadNumber(ref fields) : null;
        _plainSize = (flags & 0x80) != 0 ? ReadNumber(ref fields) : null;
        var filter = ReadNumber(ref fields);
        if ((flags & 3) != 0 || filter != Lzma2)
        {
            throw new UnsupportedCompressionException(
                $"the xz data went through the filter {FilterName(filter)}, which cannot be undone here; compress it again with xz alone, without filters");
        }

        Require(ReadNumber(ref fields) == 1 && fields is [<= 40, ..] && !fields[1..].ContainsAnyExcept((byte)0), "block header");
        var dictionary = fields[0] == 40 ? uint.MaxValue : (2L | (uint)(fields[0] & 1)) << ((fields[0] / 2) + 11);
        if (dictionary > LargestDictionary)
        {
            throw new UnsupportedCompressionException(
                $"the xz data needs a dictionary of {dictionary >> 20} MiB, and at most {LargestDictionary >> 20} are given; compress it again with xz -9");
        }

        _blockHeaderSize = header.Length;
        _blockStart = Input.Position;
        _blockPlain = 0;
        _block = LzmaStream.Create([fields[0]], Input, leaveOpen: true);
    }

    private void EndBlock()
    {
        _block!.Dispose();
        _block = null;
        var packed = (ulong)(Input.Position - _blockStart);
        Require((_packedSize ?? packed) == packed && (_plainSize ?? _blockPlain) == _blockPlain, "size of a block");
        SkipPadding(packed);
        Span<byte> stored = stackalloc byte[64];
        stored = stored[.._check!.Size];
        Input.ReadExactly(stored);
        Require(_check.CompleteIs(stored), "integrity check");
        _blocks++;
        _unpaddedTotal += (ulong)_blockHeaderSize + packed + (ulong)_check.Size;
        _plainTotal += _blockPlain;
    }

    /// <summary>Reads the rest of the index, after its first byte, and the footer.</summary>
    private void EndStream()
    {
        var start = Input.Position - 1;
        _indexCrc.Reset();
        _indexCrc.Append([0]);
        Require(ReadIndexNumber() == _blocks, "index");
        ulong unpadded = 0;
        ulong plain = 0;
        for (ulong i = 0; i < _blocks; i++)
        {
            unpadded += ReadIndexNumber();
            plain += ReadIndexNumber();
        }

        Require(unpadded == _unpaddedTotal && plain == _plainTotal, "index");
        while ((Input.Position - start) % 4 != 0)
        {
            Require(ReadIndexByte() == 0, "index");
        }

        var crc = _indexCrc.GetCurrentHashAsUInt32();
        Span<byte> end = stackalloc byte[4 + HeaderSize];
        Input.ReadExactly(end);
        Require(BinaryPrimitives.ReadUInt32LittleEndian(end) == crc, "index");
        var footer = end[4..];
        var indexSize = Input.Position - HeaderSize - start;
        Require(
            footer.EndsWith("YZ"u8) && BinaryPrimitives.ReadUInt32LittleEndian(footer) == Crc32.HashToUInt32(footer[4..10])
                && (BinaryPrimitives.ReadUInt32LittleEndian(footer[4..]) + 1L) * 4 == indexSize && footer[8] == 0 && footer[9] == _streamFlags,
            "stream footer");
        _check = null;
    }

    private void SkipPadding(ulong size)
    {
        for (; size % 4 != 0; size++)
        {
            Require(Input.ReadByte() == 0, "padding of a block");
        }
    }

    private byte ReadIndexByte()
    {
        var value = (byte)Input.ReadByte();
        _indexCrc.Append([value]);
        return value;
    }

    // Numbers have seven bits per byte, the lowest first, and at most nine bytes.
    private ulong ReadIndexNumber()
    {
        Span<byte> bytes = stackalloc byte[9];
        var length = 0;
        do
        {
            Require(length < bytes.Length, "number");
            bytes[length] = ReadIndexByte();
        }
        while ((bytes[length++] & 0x80) != 0);

        ReadOnlySpan<byte> number = bytes[..length];
        return ReadNumber(ref number);
    }

    private static ulong ReadNumber(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var i = 0; i < Math.Min(bytes.Length, 9); i++)
        {
            value |= (ulong)(bytes[i] & 0x7f) << (7 * i);
            if ((bytes[i] & 0x80) == 0)
            {
                bytes = bytes[(i + 1)..];
                return value;
            }
        }

        throw new InvalidDataException("a number does not end");
    }

    private static string FilterName(ulong id) => id switch
    {
        3 => "delta",
        4 => "x86",
        5 => "powerpc",
        6 => "ia64",
        7 => "arm",
        8 => "armthumb",
        9 => "sparc",
        10 => "arm64",
        11 => "riscv",
        _ => $"0x{id:x}",
    };

    private static void Require(bool isRight, string what)
    {
        if (!isRight)
        {
            throw new InvalidDataException($"the {what} is wrong");
        }
    }

    private static void RequireKnown(bool isKnown)
    {
        if (!isKnown)
        {
            throw new UnsupportedCompressionException("the xz data is of a newer version of the format; compress it again with xz's defaults");
        }
    }
}
