using System.Runtime.InteropServices;

namespace BuildSharp.Linux.Interop;

internal static unsafe partial class Libc
{
    internal const int PR_SET_KEEPCAPS = 8;
    internal const int PR_CAPBSET_DROP = 24;
    internal const int PR_SET_NO_NEW_PRIVS = 38;
    internal const int PR_CAP_AMBIENT = 47;
    internal const int PR_CAP_AMBIENT_CLEAR_ALL = 4;

    internal const int SECCOMP_SET_MODE_FILTER = 1;

    internal const int KEYCTL_JOIN_SESSION_KEYRING = 1;

    internal const uint LINUX_CAPABILITY_VERSION_3 = 0x20080522;

    internal const uint CLOSE_RANGE_CLOEXEC = 4;

    internal const int SYS_close_range = 436;
    internal const int SYS_mount_setattr = 442;

    internal const int AT_RECURSIVE = 0x8000;

    internal const short IFF_UP = 1;

    // The C library's functions of these names change all threads of the process, and others it does not have. The numbers differ between
    // processors.
    internal static int SYS_capset => Number(126, 91);

    internal static int SYS_setgroups => Number(116, 159);

    internal static int SYS_setresuid => Number(117, 147);

    internal static int SYS_setresgid => Number(119, 149);

    internal static int SYS_pivot_root => Number(155, 41);

    internal static int SYS_seccomp => Number(317, 277);

    internal static int SYS_keyctl => Number(250, 219);

    internal static int SYS_getcwd => Number(79, 17);

    private static int Number(int x64, int arm64) => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => x64,
        Architecture.Arm64 => arm64,
        var other => throw new PlatformNotSupportedException($"the numbers of system calls on {other} are not known here"),
    };

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int setrlimit(int resource, ResourceLimit* limit);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int capget(CapabilityHeader* header, CapabilityData* data);

    /// <summary><c>struct mount_attr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct mount_attr
    {
        internal ulong attr_set;
        internal ulong attr_clr;
        internal ulong propagation;
        internal ulong userns_fd;
    }

    /// <summary><c>struct sock_fprog</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct sock_fprog
    {
        internal ushort len;
        internal byte* filter;
    }

    /// <summary><c>struct __user_cap_header_struct</c> and the two <c>__user_cap_data_struct</c> after it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct CapabilityHeader
    {
        internal uint Version;
        internal int Process;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct CapabilityData
    {
        internal uint Effective;
        internal uint Permitted;
        internal uint Inheritable;
    }
}
