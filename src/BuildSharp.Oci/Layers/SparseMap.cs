namespace BuildSharp.Oci.Layers;

/// <summary>The ranges of stored bytes in a sparse file.</summary>
internal sealed record SparseMap(long RealSize, IReadOnlyList<SparseExtent> Extents)
{
    private const int MaxExtents = 1024 * 1024;
    private const int ExtentSize = 24;

    /// <summary>Reads the map in a GNU type <c>S</c> header and its extension blocks (GNU tar manual, "Old GNU Format").</summary>
    public static SparseMap ReadOldGnu(ReadOnlySpan<byte> block, TarInput input)
    {
        var extents = new List<SparseExtent>();
        var realSize = input.Number(block, 483..495, "real size");
        TakeExtents(block[386..482], extents, input);
        var more = block[482] != 0;
        while (more)
        {
            var extension = input.ReadFraming(TarField.BlockSize, TarField.BlockSize);
            TakeExtents(extension[..504], extents, input);
            more = extension[504] != 0;
        }

        return new SparseMap(realSize, extents);
    }

    /// <summary>Adds a range; throws if it overlaps or precedes earlier ones.</summary>
    public static void Add(List<SparseExtent> extents, long offset, long length, TarInput input)
    {
        var previousEnd = extents.Count == 0 ? 0 : extents[^1].Offset + extents[^1].Length;
        if (offset < previousEnd || length < 0 || offset > long.MaxValue - length)
        {
            throw input.Damaged("the map of a sparse file is out of order");
        }

        if (extents.Count == MaxExtents)
        {
            throw input.Damaged($"a sparse file has more than {MaxExtents} runs");
        }

        extents.Add(new SparseExtent(offset, length));
    }

    /// <summary>Throws unless the ranges match the length of the stored data and end within the file.</summary>
    public void Check(long stored, TarInput input)
    {
        long sum = 0;
        foreach (var extent in Extents)
        {
            sum += extent.Length;
        }

        var end = Extents.Count == 0 ? 0 : Extents[^1].Offset + Extents[^1].Length;
        if (sum != stored || end > RealSize || RealSize < 0)
        {
            throw input.Damaged("the map of a sparse file does not fit its data");
        }
    }

    private static void TakeExtents(ReadOnlySpan<byte> fields, List<SparseExtent> extents, TarInput input)
    {
        for (; fields.Length >= ExtentSize && fields[0] != 0; fields = fields[ExtentSize..])
        {
            Add(extents, input.Number(fields, ..12, "sparse offset"), input.Number(fields, 12..24, "sparse length"), input);
        }
    }
}
