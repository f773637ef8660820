using System.Text;

namespace BuildSharp.Oci.Layers;

/// <summary>Fields of one entry while extensions are applied to the plain header.</summary>
internal ref struct TarHeaderFields
{
    private readonly ReadOnlySpan<byte> _block;
    private readonly TarInput _input;
    private List<KeyValuePair<byte[], byte[]>>? _xattrs;
    private long _uid;
    private long _gid;
    private Timestamp _modifiedAt;
    private byte[] _userName = [];
    private byte[] _groupName = [];

    public TarHeaderFields(ReadOnlySpan<byte> block, TarInput input)
    {
        _block = block;
        _input = input;
        Name = TarField.Text(block[TarField.Name]).ToArray();
        LinkName = TarField.Text(block[TarField.LinkName]).ToArray();
        Size = input.Number(block, TarField.Size, "size");
        _uid = input.Number(block, TarField.Uid, "uid");
        _gid = input.Number(block, TarField.Gid, "gid");
        _modifiedAt = new Timestamp(input.Number(block, TarField.ModifiedAt, "time"));

        var magic = block[TarField.Magic];
        if (!magic.StartsWith("ustar"u8))
        {
            return; // in v7 the bytes after the link name are undefined
        }

        _userName = TarField.Text(block[TarField.UserName]).ToArray();
        _groupName = TarField.Text(block[TarField.GroupName]).ToArray();
        if (magic.SequenceEqual(TarField.GnuMagic))
        {
            return; // GNU uses the bytes of ustar's prefix for times and sparse maps
        }

        // star marks its headers at the end of the block, and stores two times in the last 24 bytes of the prefix.
        var prefix = TarField.Text(block[508..].SequenceEqual("tar\0"u8) ? block[345..476] : block[TarField.Prefix]);
        if (!prefix.IsEmpty)
        {
            Name = [.. prefix, (byte)'/', .. Name];
        }
    }

    public byte[] Name { get; set; }

    public byte[] LinkName { get; set; }

    public long Size { get; private set; }

    /// <summary>The normalised type: old regular, contiguous and GNU sparse files are files; a name that ends in a slash is a directory, as
    /// in v7.</summary>
    public readonly TarEntryType EffectiveType => (char)_block[TarField.Type] switch
    {
        '\0' or '0' or '7' when Name is [.., (byte)'/'] => TarEntryType.Directory,
        '\0' or '0' or '7' or 'S' => TarEntryType.RegularFile,
        var other => (TarEntryType)other,
    };

    public void Apply(PaxAttributes pax)
    {
        Name = pax.Path ?? Name;
        LinkName = pax.LinkPath ?? LinkName;
        Size = pax.Size ?? Size;
        _uid = pax.Uid ?? _uid;
        _gid = pax.Gid ?? _gid;
        _modifiedAt = pax.ModifiedAt ?? _modifiedAt;
        _userName = pax.UserName ?? _userName;
        _groupName = pax.GroupName ?? _groupName;
        foreach (var attribute in pax.Xattrs)
        {
            _xattrs ??= [];
            _xattrs.RemoveAll(known => known.Key.AsSpan().SequenceEqual(attribute.Key));
            _xattrs.Add(attribute);
        }
    }

    public readonly TarHeader ToHeader(TarEntryType type, long size, IReadOnlyList<SparseExtent>? extents)
    {
        var isDevice = type is TarEntryType.CharacterDevice or TarEntryType.BlockDevice;
        if (Name.Length > TarReader.MaxName || LinkName.Length > TarReader.MaxName)
        {
            throw _input.Damaged($"a name is longer than {TarReader.MaxName} bytes");
        }

        if (Name.AsSpan().Contains((byte)0) || LinkName.AsSpan().Contains((byte)0))
        {
            throw _input.Damaged("a name contains a zero byte");
        }

        return new TarHeader
        {
            Name = Name,
            Type = type,
            Mode = (int)(_input.Number(_block, TarField.Mode, "mode") & 0xFFFF),
            Uid = Id(_uid),
            Gid = Id(_gid),
            Size = size,
            ModifiedAt = _modifiedAt,
            LinkName = LinkName,
            UserName = Encoding.UTF8.GetString(_userName),
            GroupName = Encoding.UTF8.GetString(_groupName),
            DeviceMajor = isDevice ? (uint)_input.Number(_block, TarField.DeviceMajor, "device number") : 0,
            DeviceMinor = isDevice ? (uint)_input.Number(_block, TarField.DeviceMinor, "device number") : 0,
            Xattrs = (IReadOnlyList<KeyValuePair<byte[], byte[]>>?)_xattrs ?? [],
            SparseExtents = extents,
        };
    }

    // For chown 2^32-1 means "leave unchanged", and Linux ids are not larger.
    private readonly long Id(long id) =>
        id is >= 0 and < uint.MaxValue ? id : throw _input.Damaged($"{Encoding.UTF8.GetString(Name)} has the owner or group {id}");
}
