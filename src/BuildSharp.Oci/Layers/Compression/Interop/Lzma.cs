using System.Runtime.InteropServices;

namespace BuildSharp.Oci.Layers;

/// <summary>liblzma's streaming decoder (lzma/base.h, lzma/container.h), names as there.</summary>
internal static unsafe partial class Lzma
{
    public const string Library = "liblzma.so.5";
    public const string Package = "liblzma5";

    public const int LZMA_OK = 0;
    public const int LZMA_STREAM_END = 1;
    public const int LZMA_MEMLIMIT_ERROR = 6;
    public const int LZMA_BUF_ERROR = 10;
    public const int LZMA_RUN = 0;
    public const int LZMA_FINISH = 3;
    public const uint LZMA_CONCATENATED = 0x08;

    [LibraryImport(Library)]
    public static partial int lzma_stream_decoder(Stream* stream, ulong memoryLimit, uint flags);

    [LibraryImport(Library)]
    public static partial int lzma_code(Stream* stream, int action);

    [LibraryImport(Library)]
    public static partial void lzma_end(Stream* stream);

    /// <summary>lzma_stream.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Stream
    {
        public byte* NextIn;
        public nuint AvailableIn;
        public ulong TotalIn;
        public byte* NextOut;
        public nuint AvailableOut;
        public ulong TotalOut;
        public void* Allocator;
        public void* Internal;
        public fixed ulong ReservedPointers[4];
        public ulong SeekPosition;
        public ulong ReservedInteger;
        public nuint ReservedSize1;
        public nuint ReservedSize2;
        public int ReservedEnum1;
        public int ReservedEnum2;
    }
}
