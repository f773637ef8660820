namespace BuildSharp.Linux;

internal static unsafe partial class Libc
{
    /// <summary><c>FS_IOC_GETFLAGS</c>, on every processor that .NET runs on but POWER.</summary>
    internal const ulong GetInodeFlags = 0x80086601;

    /// <summary><c>FS_IOC_SETFLAGS</c>.</summary>
    internal const ulong SetInodeFlags = 0x40086602;

    /// <summary><c>FS_IMMUTABLE_FL</c>.</summary>
    internal const int ImmutableFlag = 0x10;

    /// <summary><c>FS_APPEND_FL</c>.</summary>
    internal const int AppendOnlyFlag = 0x20;
}
