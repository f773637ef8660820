using System.Globalization;

namespace BuildSharp.Linux;

/// <summary>Changes the privileges of the calling thread (credentials(7), capabilities(7), seccomp(2)). A program that it starts or becomes
/// inherits them; other threads keep theirs.</summary>
public static unsafe class ThreadPrivileges
{
    /// <summary>Sets the supplementary groups.</summary>
    public static void SetGroups(ReadOnlySpan<uint> groups)
    {
        fixed (uint* p = groups)
        {
            Check((long)syscall(SYS_setgroups, groups.Length, p), "setgroups");
        }
    }

    /// <summary>Sets all group ids.</summary>
    public static void SetGroup(uint gid) =>
        Check((long)syscall(SYS_setresgid, gid, gid, gid), "setresgid", gid.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sets all user ids. Capabilities that the thread has are kept permitted, and are no longer effective.</summary>
    public static void SetUser(uint uid)
    {
        Check(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), "prctl");
        Check((long)syscall(SYS_setresuid, uid, uid, uid), "setresuid", uid.ToString(CultureInfo.InvariantCulture));
        Check(prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0), "prctl");
    }

    /// <summary>Removes all capabilities from the bounding set except some. Bit n is the capability with the number n.</summary>
    public static void LimitCapabilities(ulong kept)
    {
        for (var number = 0; number < 64; number++)
        {
            if ((kept >> number & 1) == 0 && prctl(PR_CAPBSET_DROP, (nuint)number, 0, 0, 0) != 0)
            {
                if (LastError == Errno.EINVAL)
                {
                    return; // the kernel has fewer
                }

                throw LinuxException.Last("prctl");
            }
        }
    }

    /// <summary>Sets the effective and permitted capabilities. The inheritable and ambient sets become empty.</summary>
    public static void SetCapabilities(ulong effective, ulong permitted)
    {
        _ = prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); // a kernel without the ambient set has none to empty
        var header = new CapabilityHeader { Version = LINUX_CAPABILITY_VERSION_3 };
        var data = stackalloc CapabilityData[2];
        data[0] = new CapabilityData { Effective = (uint)effective, Permitted = (uint)permitted };
        data[1] = new CapabilityData { Effective = (uint)(effective >> 32), Permitted = (uint)(permitted >> 32) };
        Check((long)syscall(SYS_capset, &header, data), "capset");
    }

    /// <summary>Disables set-user-ID programs and file capabilities (no_new_privs).</summary>
    public static void ForbidNew() => Check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl");

    /// <summary>Installs a filter for system calls.</summary>
    /// <param name="filter">Instructions of eight bytes each.</param>
    /// <param name="flags">Flags of seccomp(2).</param>
    /// <exception cref="LinuxException">EACCES without CAP_SYS_ADMIN and without no_new_privs.</exception>
    public static void Filter(ReadOnlySpan<byte> filter, uint flags)
    {
        fixed (byte* p = filter)
        {
            var program = new sock_fprog { len = checked((ushort)(filter.Length / 8)), filter = p };
            Check((long)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program), "seccomp");
        }
    }

    /// <summary>Gives the thread a new, empty session keyring (keyrings(7)), so that keys of the caller's session are not seen. Does
    /// nothing where the kernel has no keyrings, forbids it, or the user has no more quota.</summary>
    public static void LeaveSessionKeyring() => _ = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, (void*)null);

    private static void Check(long result, string call, string? operand = null)
    {
        if (result != 0)
        {
            throw LinuxException.Last(call, operand);
        }
    }
}
