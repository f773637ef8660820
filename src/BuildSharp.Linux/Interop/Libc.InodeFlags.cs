namespace BuildSharp.Linux.Interop;

internal static unsafe partial class Libc
{
    // ioctl requests; equal on all processors that .NET supports except POWER.
    internal const int FS_IOC_GETFLAGS = unchecked((int)0x80086601);

    internal const int FS_IOC_SETFLAGS = 0x40086602;

    internal const int FS_IMMUTABLE_FL = 0x10;

    internal const int FS_APPEND_FL = 0x20;
}
