namespace BuildSharp.Oci.Layers;

/// <summary>A run of stored bytes in a sparse file; everything between runs is zero.</summary>
/// <param name="Offset">Where the run starts in the whole file.</param>
/// <param name="Length">How many bytes are stored.</param>
public readonly record struct SparseExtent(long Offset, long Length);
