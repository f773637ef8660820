using System.Runtime.InteropServices;

namespace BuildSharp.Oci.Layers.Compression.Interop;

/// <summary>libdeflate, which compresses a block that is in memory as a whole. The native binary contains it (libdeflate.h).</summary>
internal static unsafe partial class Deflate
{
    private const string Library = "libdeflate";

    /// <summary>Makes a compressor for one thread at a time; null when memory is short.</summary>
    [LibraryImport(Library)]
    internal static partial nint libdeflate_alloc_compressor(int level);

    /// <summary>Frees a compressor.</summary>
    [LibraryImport(Library)]
    internal static partial void libdeflate_free_compressor(nint compressor);

    /// <summary>Most bytes of a gzip member for an input of that size.</summary>
    [LibraryImport(Library)]
    internal static partial nuint libdeflate_gzip_compress_bound(nint compressor, nuint size);

    /// <summary>Writes one gzip member, and returns its size; 0 when the output is too small.</summary>
    [LibraryImport(Library)]
    internal static partial nuint libdeflate_gzip_compress(nint compressor, byte* input, nuint inputSize, byte* output, nuint outputSize);
}
