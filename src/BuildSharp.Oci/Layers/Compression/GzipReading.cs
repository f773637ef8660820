using System.IO.Compression;

namespace BuildSharp.Oci.Layers.Compression;

/// <summary>Opens gzip data of one or more members, as parallel compressors write; skips zero padding after the last one.</summary>
internal static class GzipReading
{
    public static Stream Open(Stream compressed) => new GZipStream(compressed, CompressionMode.Decompress, leaveOpen: true);
}
