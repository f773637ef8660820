using System.Runtime.InteropServices;

namespace BuildSharp.Oci.Layers;

/// <summary>libbz2's decoder (bzlib.h), names as there.</summary>
internal static unsafe partial class Bzip2
{
    public const string Library = "libbz2.so.1.0";
    public const string Package = "libbz2-1.0";

    public const int BZ_OK = 0;
    public const int BZ_STREAM_END = 4;

    [LibraryImport(Library)]
    public static partial int BZ2_bzDecompressInit(Stream* stream, int verbosity, int small);

    [LibraryImport(Library)]
    public static partial int BZ2_bzDecompress(Stream* stream);

    [LibraryImport(Library)]
    public static partial int BZ2_bzDecompressEnd(Stream* stream);

    /// <summary>bz_stream.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Stream
    {
        public byte* NextIn;
        public uint AvailableIn;
        public uint TotalInLow;
        public uint TotalInHigh;
        public byte* NextOut;
        public uint AvailableOut;
        public uint TotalOutLow;
        public uint TotalOutHigh;
        public void* State;
        public void* Allocate;
        public void* Free;
        public void* Opaque;
    }
}
