using System.Runtime.InteropServices;

namespace BuildSharp.Oci.Layers.Compression.Interop;

/// <summary>Streaming interface of libzstd, with the names of zstd.h.</summary>
internal static unsafe partial class Zstd
{
    public const string Library = "libzstd.so.1";
    public const string Package = "libzstd1";

    public const int ZSTD_d_windowLogMax = 100;
    public const int ZSTD_c_compressionLevel = 100;
    public const int ZSTD_c_checksumFlag = 201;
    public const int ZSTD_c_nbWorkers = 400;
    public const int ZSTD_e_continue = 0;
    public const int ZSTD_e_end = 2;
    public const int ZSTD_error_frameParameter_windowTooLarge = 16;

    [LibraryImport(Library)]
    public static partial void* ZSTD_createDCtx();

    [LibraryImport(Library)]
    public static partial nuint ZSTD_freeDCtx(void* context);

    [LibraryImport(Library)]
    public static partial nuint ZSTD_DCtx_setParameter(void* context, int parameter, int value);

    [LibraryImport(Library)]
    public static partial nuint ZSTD_decompressStream(void* context, Buffer* output, Buffer* input);

    [LibraryImport(Library)]
    public static partial void* ZSTD_createCCtx();

    [LibraryImport(Library)]
    public static partial nuint ZSTD_freeCCtx(void* context);

    [LibraryImport(Library)]
    public static partial nuint ZSTD_CCtx_setParameter(void* context, int parameter, int value);

    [LibraryImport(Library)]
    public static partial nuint ZSTD_compressStream2(void* context, Buffer* output, Buffer* input, int directive);

    [LibraryImport(Library)]
    public static partial uint ZSTD_isError(nuint code);

    [LibraryImport(Library)]
    public static partial int ZSTD_getErrorCode(nuint code);

    [LibraryImport(Library)]
    private static partial byte* ZSTD_getErrorName(nuint code);

    public static string ErrorName(nuint code) => Marshal.PtrToStringUTF8((nint)ZSTD_getErrorName(code)) ?? "unknown error";

    /// <summary>ZSTD_inBuffer and ZSTD_outBuffer, which have the same layout.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Buffer
    {
        public byte* Data;
        public nuint Size;
        public nuint Position;
    }
}
