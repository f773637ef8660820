using System.Runtime.InteropServices;

namespace BuildSharp.Linux;

internal static unsafe partial class Libc
{
    internal const long OpenTreeNumber = 428;
    internal const long MoveMountNumber = 429;
    internal const long FsOpenNumber = 430;
    internal const long FsConfigNumber = 431;
    internal const long FsMountNumber = 432;
    internal const long MountSetAttributesNumber = 442;

    internal const uint FsConfigSetFlag = 0;
    internal const uint FsConfigSetString = 1;
    internal const uint FsConfigCommandCreate = 6;

    internal const uint FsOpenCloseOnExec = 1;
    internal const uint FsMountCloseOnExec = 1;
    internal const uint MoveMountFromEmptyPath = 4;

    internal const uint MountAttributeReadOnly = 1;
    internal const uint MountAttributeNoSetUid = 2;
    internal const uint MountAttributeNoDevices = 4;
    internal const uint MountAttributeNoExecute = 8;
    internal const uint MountAttributeNoAccessTime = 0x10;
    internal const uint MountAttributeNoDirectoryAccessTime = 0x80;

    internal const int DetachUnmount = 2;
    internal const int UnmountNoFollow = 8;

    [LibraryImport(Library, EntryPoint = "mount", SetLastError = true)]
    internal static partial int Mount(byte* source, byte* target, byte* type, ulong flags, byte* data);

    [LibraryImport(Library, EntryPoint = "umount2", SetLastError = true)]
    internal static partial int Unmount(byte* target, int flags);
}
