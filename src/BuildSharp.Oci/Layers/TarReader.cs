using System.Text;

namespace BuildSharp.Oci.Layers;

/// <summary>Reads a tar of any common format in one pass: v7, ustar, star, pax (local and global headers), GNU long names, GNU and pax
/// sparse files. Every allocation is bounded, so a malicious tar causes an error and does not exhaust memory.</summary>
/// <param name="input">The uncompressed tar. Not disposed. Read to its end, including trailing padding, once <see cref="ReadNext"/> has
/// returned null.</param>
/// <param name="recorder">Receives every byte, for a tar-split; may be null.</param>
/// <param name="name">Name of the tar in messages.</param>
public sealed class TarReader(Stream input, ITarRecorder? recorder = null, string name = "tar archive")
{
    /// <summary>Maximum size of one pax header, and of all global ones together, in bytes.</summary>
    public const int MaxPaxHeader = 1024 * 1024;

    /// <summary>Maximum length of a name or link target in bytes. Linux allows 4,095 per path.</summary>
    public const int MaxName = 64 * 1024;

    private readonly TarInput _input = new(input, recorder, name);
    private readonly PaxAttributes _global = new();
    private TarContentStream? _content;
    private int _padding;
    private bool _ended;

    /// <summary>Content of the current entry: exactly <see cref="TarHeader.Size"/> bytes, holes of a sparse file as zeros. Valid until the
    /// next <see cref="ReadNext"/>, which skips unread content.</summary>
    public Stream Content => _content ?? Stream.Null;

    /// <summary>Position of the current entry's data in the input, so that it can be found again without scanning.</summary>
    public long ContentOffset { get; private set; }

    /// <summary>As <see cref="Content"/>, but of a sparse file only the ranges of <see cref="TarHeader.SparseExtents"/>, one after the
    /// other. Use only one of the two for an entry.</summary>
    public Stream StoredContent => _content?.Stored ?? Stream.Null;

    /// <summary>Reads the next entry; null after the last.</summary>
    /// <exception cref="BuildSharpException">The tar is damaged or truncated, or exceeds a limit.</exception>
    public TarHeader? ReadNext()
    {
        if (_ended)
        {
            return null;
        }

        SkipContent();
        var local = new PaxAttributes();
        byte[]? longName = null;
        byte[]? longLink = null;
        Span<byte> block = stackalloc byte[TarField.BlockSize];
        while (ReadHeaderBlock(block))
        {
            switch (block[TarField.Type])
            {
                case (byte)'x':
                    local = new PaxAttributes();
                    local.Read(ReadExtension(block, MaxPaxHeader), _input);
                    break;
                case (byte)'g':
                    _global.Read(ReadExtension(block, MaxPaxHeader), _input);
                    break;
                case (byte)'L':
                    longName = TarField.Text(ReadExtension(block, MaxName)).ToArray();
                    break;
                case (byte)'K':
                    longLink = TarField.Text(ReadExtension(block, MaxName)).ToArray();
                    break;
                default:
                    return Open(block, local, longName, longLink);
            }
        }

        if (longName is not null || longLink is not null || local.HasAny)
        {
            throw _input.Damaged("an extension header stands at the end without its entry");
        }

        _input.DrainToEnd();
        _ended = true;
        return null;
    }

    private bool ReadHeaderBlock(Span<byte> block)
    {
        if (!_input.TryReadBlock(block))
        {
            return false; // A missing end mark is accepted, as in GNU tar.
        }

        if (!block.ContainsAnyExcept((byte)0))
        {
            if (_input.TryReadBlock(block) && block.ContainsAnyExcept((byte)0))
            {
                throw _input.Damaged("an entry follows a zero block");
            }

            return false;
        }

        var (unsigned, signed) = TarField.Sum(block);
        if (!TarField.TryReadNumber(block[TarField.Checksum], out var sum) || (sum != unsigned && sum != signed))
        {
            throw _input.Damaged("the checksum of a header is wrong");
        }

        return true;
    }

    private byte[] ReadExtension(ReadOnlySpan<byte> block, int limit)
    {
        var size = _input.Number(block, TarField.Size, "size");
        if (size < 0 || size > limit)
        {
            throw _input.Damaged($"an extension header claims {size} bytes; at most {limit} are accepted");
        }

        return _input.ReadFraming((int)size, (int)size + TarField.Padding(size)).ToArray();
    }

    private TarHeader Open(ReadOnlySpan<byte> block, PaxAttributes local, byte[]? longName, byte[]? longLink)
    {
        var fields = new TarHeaderFields(block, _input);
        fields.Apply(_global);
        fields.Apply(local);
        fields.Name = local.Sparse?.Name ?? local.Path ?? longName ?? fields.Name;
        fields.LinkName = local.LinkPath ?? longLink ?? fields.LinkName;

        var type = fields.EffectiveType;
        var stored = HasContent(type) ? fields.Size : 0;
        if (stored < 0)
        {
            throw _input.Damaged($"{Encoding.UTF8.GetString(fields.Name)} has a negative size");
        }

        _padding = TarField.Padding(stored);
        SparseMap? map = null;
        if (HasContent(type))
        {
            map = block[TarField.Type] == 'S'
                ? SparseMap.ReadOldGnu(block, _input)
                : local.Sparse?.ToMap(_input, ref stored);
            map?.Check(stored, _input);
        }

        var header = fields.ToHeader(type, HasContent(type) ? map?.RealSize ?? stored : 0, map?.Extents);
        recorder?.BeginEntry(header, map is null ? stored : 0);
        ContentOffset = _input.Position;
        _content = stored > 0 || map is not null ? new TarContentStream(_input, stored, map) : null;
        return header;
    }

    // In old tars links and directories may have a size, although no data follows.
    private static bool HasContent(TarEntryType type) =>
        type is not (TarEntryType.HardLink or TarEntryType.SymbolicLink or TarEntryType.CharacterDevice or TarEntryType.BlockDevice
            or TarEntryType.Directory or TarEntryType.Fifo);

    private void SkipContent()
    {
        _content?.Skip();
        _content = null;
        _input.SkipPadding(_padding);
        _padding = 0;
    }
}
