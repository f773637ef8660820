namespace BuildSharp.Linux.Interop;

internal static unsafe partial class Libc
{
    internal const int SYS_move_mount = 429;
    internal const int SYS_fsopen = 430;
    internal const int SYS_fsconfig = 431;
    internal const int SYS_fsmount = 432;

    internal const int FSCONFIG_SET_FLAG = 0;
    internal const int FSCONFIG_SET_STRING = 1;
    internal const int FSCONFIG_CMD_CREATE = 6;

    internal const int FSOPEN_CLOEXEC = 1;
    internal const int FSMOUNT_CLOEXEC = 1;
    internal const int MOVE_MOUNT_F_EMPTY_PATH = 4;

    internal const int MOUNT_ATTR_RDONLY = 1;
    internal const int MOUNT_ATTR_NOSUID = 2;
    internal const int MOUNT_ATTR_NODEV = 4;
    internal const int MOUNT_ATTR_NOEXEC = 8;
    internal const int MOUNT_ATTR_NOATIME = 0x10;
    internal const int MOUNT_ATTR_NODIRATIME = 0x80;
}
