namespace BuildSharp.Oci.Layers;

/// <summary>A range of stored bytes in a sparse file; bytes outside the ranges are zero.</summary>
/// <param name="Offset">Start of the range in the file.</param>
/// <param name="Length">Number of bytes.</param>
public readonly record struct SparseExtent(long Offset, long Length);
