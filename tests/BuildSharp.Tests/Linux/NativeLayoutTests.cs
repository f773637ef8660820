using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using BuildSharp.Linux;
using Tmds.Linux;
using static BuildSharp.Linux.Interop.Libc;
using static Tmds.Linux.LibC;

namespace BuildSharp.Tests.Linux;

/// <summary>Constants and struct layouts as a C compiler sees them in this machine's headers.</summary>
public sealed class NativeLayoutTests
{
    private readonly StringBuilder _program = new();

    [Fact]
    public void Constants_and_structs_are_those_of_the_system_headers()
    {
        _program.AppendLine("""
            #define _GNU_SOURCE
            #include <stddef.h>
            #include <errno.h>
            #include <fcntl.h>
            #include <poll.h>
            #include <sys/file.h>
            #include <dirent.h>
            #include <signal.h>
            #include <spawn.h>
            #include <stdio.h>
            #include <termios.h>
            #include <unistd.h>
            #include <sys/eventfd.h>
            #include <sys/ioctl.h>
            #include <sys/mount.h>
            #include <sys/prctl.h>
            #include <sys/resource.h>
            #include <sys/stat.h>
            #include <sys/vfs.h>
            #include <sys/syscall.h>
            #include <sys/wait.h>
            #include <ucontext.h>
            #include <sched.h>
            #include <linux/fs.h>
            #include <linux/filter.h>
            #include <sched.h>
            #include <linux/magic.h>
            #include <linux/openat2.h>
            """);

        Equal("ENOENT", Errno.ENOENT);
        Equal("EAGAIN", Errno.EAGAIN);
        Equal("EXDEV", Errno.EXDEV);
        Equal("ENOSPC", Errno.ENOSPC);
        Equal("EPIPE", Errno.EPIPE);
        Equal("ENOSYS", Errno.ENOSYS);
        Equal("ENOTEMPTY", Errno.ENOTEMPTY);
        Equal("ELOOP", Errno.ELOOP);
        Equal("ENODATA", Errno.ENODATA);
        Equal("EOVERFLOW", Errno.EOVERFLOW);
        Equal("EOPNOTSUPP", Errno.EOPNOTSUPP);
        Equal("ESTALE", Errno.ESTALE);
        Equal("EDQUOT", Errno.EDQUOT);
        Equal("ERANGE", Errno.ERANGE);
        Equal("ETXTBSY", Errno.ETXTBSY);
        Equal("EMLINK", Errno.EMLINK);

        Equal("O_CREAT", OpenFlags.Create);
        Equal("O_EXCL", OpenFlags.Exclusive);
        Equal("O_NOCTTY", OpenFlags.NoControllingTerminal);
        Equal("O_TRUNC", OpenFlags.Truncate);
        Equal("O_APPEND", OpenFlags.Append);
        Equal("O_NONBLOCK", OpenFlags.NonBlocking);
        Equal("O_NOATIME", OpenFlags.NoAccessTime);
        Equal("O_PATH", OpenFlags.Path);
        Equal("O_DIRECTORY", OpenFlags.Directory);
        Equal("O_NOFOLLOW", OpenFlags.NoFollow);
        Equal("O_CLOEXEC", O_CLOEXEC);

        Equal("AT_FDCWD", AT_FDCWD);
        Equal("AT_SYMLINK_NOFOLLOW", AT_SYMLINK_NOFOLLOW);
        Equal("AT_REMOVEDIR", AT_REMOVEDIR);
        Equal("AT_SYMLINK_FOLLOW", AT_SYMLINK_FOLLOW);
        Equal("AT_NO_AUTOMOUNT", AT_NO_AUTOMOUNT);
        Equal("AT_EMPTY_PATH", AT_EMPTY_PATH);
        Equal("RESOLVE_NO_XDEV", (long)RESOLVE_NO_XDEV);
        Equal("RESOLVE_NO_MAGICLINKS", (long)RESOLVE_NO_MAGICLINKS);
        Equal("RESOLVE_IN_ROOT", (long)RESOLVE_IN_ROOT);
        Equal("SEEK_DATA", SEEK_DATA);
        Equal("SEEK_HOLE", SEEK_HOLE);
        Equal("RENAME_NOREPLACE", RENAME_NOREPLACE);
        Equal("RENAME_EXCHANGE", RENAME_EXCHANGE);
        Equal("UTIME_OMIT", UTIME_OMIT);
        Equal("LOCK_SH", LOCK_SH);
        Equal("LOCK_EX | LOCK_NB", LOCK_EX | LOCK_NB);
        Equal("F_OFD_SETLK", F_OFD_SETLK);
        Equal("F_OFD_SETLKW", F_OFD_SETLKW);
        Equal("F_RDLCK", F_RDLCK);
        Equal("F_WRLCK", F_WRLCK);
        Equal("F_UNLCK", F_UNLCK);
        Equal("F_SETLEASE", F_SETLEASE);
        Equal("F_SETSIG", F_SETSIG);
        Equal("SIGURG", SIGURG);
        Equal("FICLONE", (long)FICLONE);
        Equal("PR_SET_DUMPABLE", PR_SET_DUMPABLE);
        Equal("PR_SET_KEEPCAPS", PR_SET_KEEPCAPS);
        Equal("PR_CAPBSET_DROP", PR_CAPBSET_DROP);
        Equal("PR_SET_NO_NEW_PRIVS", PR_SET_NO_NEW_PRIVS);
        Equal("PR_CAP_AMBIENT", PR_CAP_AMBIENT);
        Equal("SYS_capset", SYS_capset);
        Equal("SYS_setgroups", SYS_setgroups);
        Equal("SYS_setresuid", SYS_setresuid);
        Equal("SYS_setresgid", SYS_setresgid);
        Equal("SYS_pivot_root", SYS_pivot_root);
        Equal("SYS_seccomp", SYS_seccomp);
        Equal("SYS_keyctl", SYS_keyctl);
        Equal("SYS_getcwd", SYS_getcwd);
        Equal("SYS_close_range", SYS_close_range);
        Equal("SYS_mount_setattr", SYS_mount_setattr);
        Equal("CLONE_NEWCGROUP", (int)NamespaceKinds.Cgroup);
        Equal("CLONE_NEWPID", (int)NamespaceKinds.Pid);
        Equal("sizeof(struct mount_attr)", Marshal.SizeOf<mount_attr>());
        Equal("sizeof(struct sock_fprog)", Marshal.SizeOf<sock_fprog>());
        Equal("offsetof(struct statfs, f_fsid)", Marshal.OffsetOf<FileSystemStatus>(nameof(FileSystemStatus.Id)).ToInt64());
        Equal("offsetof(struct statfs, f_flags)", Marshal.OffsetOf<FileSystemStatus>(nameof(FileSystemStatus.Flags)).ToInt64());
        Equal("PR_SET_PDEATHSIG", PR_SET_PDEATHSIG);
        Equal("CLONE_NEWUSER", CLONE_NEWUSER);
        Equal($"sizeof(ucontext_t) <= {ContextSize}", 1);
        Equal("FS_IOC_GETFLAGS", unchecked((uint)FS_IOC_GETFLAGS));
        Equal("FS_IOC_SETFLAGS", FS_IOC_SETFLAGS);
        Equal("FS_IMMUTABLE_FL", FS_IMMUTABLE_FL);
        Equal("FS_APPEND_FL", FS_APPEND_FL);
        Equal("SYNC_FILE_RANGE_WRITE", (long)SYNC_FILE_RANGE_WRITE);
        Equal("SYNC_FILE_RANGE_WRITE_AND_WAIT", (long)SYNC_FILE_RANGE_WRITE_AND_WAIT);
        Equal("EXT4_SUPER_MAGIC", EXT4_SUPER_MAGIC);
        Equal("XFS_SUPER_MAGIC", XFS_SUPER_MAGIC);
        Equal("TMPFS_MAGIC", TMPFS_MAGIC);
        Equal("BTRFS_SUPER_MAGIC", BTRFS_SUPER_MAGIC);
        Equal("F2FS_SUPER_MAGIC", F2FS_SUPER_MAGIC);
        Equal("STATX_BASIC_STATS", STATX_BASIC_STATS);
        Equal("STATX_ATTR_MOUNT_ROOT", (long)STATX_ATTR_MOUNT_ROOT);

        Equal("SYS_openat2", SYS_openat2);
        Equal("SYS_move_mount", SYS_move_mount);
        Equal("SYS_fsopen", SYS_fsopen);
        Equal("SYS_fsconfig", SYS_fsconfig);
        Equal("SYS_fsmount", SYS_fsmount);
        EqualIfKnown("SYS_fchmodat2", SYS_fchmodat2);
        Equal("FSCONFIG_SET_FLAG", FSCONFIG_SET_FLAG);
        Equal("FSCONFIG_SET_STRING", FSCONFIG_SET_STRING);
        Equal("FSCONFIG_CMD_CREATE", FSCONFIG_CMD_CREATE);
        Equal("MOVE_MOUNT_F_EMPTY_PATH", MOVE_MOUNT_F_EMPTY_PATH);
        Equal("MOUNT_ATTR_NODEV", MOUNT_ATTR_NODEV);
        Equal("MOUNT_ATTR_NOEXEC", MOUNT_ATTR_NOEXEC);
        Equal("MOUNT_ATTR_NODIRATIME", MOUNT_ATTR_NODIRATIME);
        Equal("MNT_DETACH", MNT_DETACH);
        Equal("UMOUNT_NOFOLLOW", UMOUNT_NOFOLLOW);
        Equal("MS_RDONLY", (long)MountFlags.ReadOnly);
        Equal("MS_NODEV", (long)MountFlags.NoDevices);
        Equal("MS_BIND", (long)MountFlags.Bind);
        Equal("MS_REC", (long)MountFlags.Recursive);
        Equal("MS_PRIVATE", (long)MountFlags.Private);
        Equal("MS_SLAVE", (long)MountFlags.Slave);
        Equal("MS_SHARED", (long)MountFlags.Shared);
        Equal("SIGTERM", Signals.Terminate);
        Equal("SIGKILL", Signals.Kill);
        Equal("POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK", POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
        Equal("P_PID", P_PID);
        Equal("WEXITED | WNOWAIT", WEXITED | WNOWAIT);
        Equal("TIOCGWINSZ", (long)TIOCGWINSZ);
        Equal("TIOCSPTLCK", (long)TIOCSPTLCK);
        Equal("TIOCGPTPEER", (long)TIOCGPTPEER);
        Equal("TCSANOW", TCSANOW);
        Equal("POLLIN", POLLIN);
        Equal("POLLOUT", POLLOUT);
        Equal("EFD_CLOEXEC", EFD_CLOEXEC);
        Equal("RLIMIT_NOFILE", ProcessLimit.Names.ToList().IndexOf("nofile"));
        Equal("RLIMIT_NPROC", ProcessLimit.Names.ToList().IndexOf("nproc"));
        Equal("RLIMIT_RTTIME", ProcessLimit.Names.ToList().IndexOf("rttime"));
        Equal("RLIM_NLIMITS", ProcessLimit.Names.Count);
        Equal("DT_LNK", (long)FileType.SymbolicLink);
        Equal("DT_SOCK", (long)FileType.Socket);

        Equal("offsetof(struct dirent64, d_name)", DirentName);
        Equal("offsetof(struct dirent64, d_reclen)", 16);
        Equal("offsetof(struct dirent64, d_type)", 18);
        Equal("sizeof(struct open_how)", Marshal.SizeOf<open_how>());
        Equal("sizeof(struct flock)", Marshal.SizeOf<flock>());
        Offset<flock>("struct flock", "l_start");
        Offset<flock>("struct flock", "l_len");
        Offset<flock>("struct flock", "l_pid");
        foreach (var opaque in (string[])["posix_spawn_file_actions_t", "posix_spawnattr_t", "siginfo_t"])
        {
            Equal($"sizeof({opaque}) <= {OpaqueSize}", 1);
        }

        Offset<ucontext_start>("ucontext_t", "uc_link");
        Offset<ucontext_start>("ucontext_t", "uc_stack.ss_sp", nameof(ucontext_start.ss_sp));
        Offset<ucontext_start>("ucontext_t", "uc_stack.ss_size", nameof(ucontext_start.ss_size));
        Equal("sizeof(sigset_t)", Marshal.SizeOf<sigset_t>());
        Equal("sizeof(struct sigaction)", Marshal.SizeOf<sigaction>());
        Equal("sizeof(struct termios)", Marshal.SizeOf<termios>());
        Equal("sizeof(struct winsize)", Marshal.SizeOf<winsize>());
        Offset<winsize>("struct winsize", "ws_col");
        Equal("sizeof(struct pollfd)", Marshal.SizeOf<pollfd>());
        Equal("sizeof(struct rlimit)", Marshal.SizeOf<ResourceLimit>());
        Equal("sizeof(struct statfs)", Marshal.SizeOf<FileSystemStatus>());
        Offset<FileSystemStatus>("struct statfs", "f_type", nameof(FileSystemStatus.Type));
        Equal("sizeof(struct timespec)", Marshal.SizeOf<timespec>());
        Equal("sizeof(struct statx)", Marshal.SizeOf<statx>());
        Offset<statx>("struct statx", "stx_nlink");
        Offset<statx>("struct statx", "stx_mode");
        Offset<statx>("struct statx", "stx_ino");
        Offset<statx>("struct statx", "stx_size");
        Offset<statx>("struct statx", "stx_atime");
        Offset<statx>("struct statx", "stx_ctime");
        Offset<statx>("struct statx", "stx_mtime");
        Offset<statx>("struct statx", "stx_rdev_major");
        Offset<statx>("struct statx", "stx_dev_minor");

        _program.AppendLine("int main(void) { return 0; }");
        Compile(_program.ToString());
    }

    private void Equal(string expression, long value) =>
        _program.AppendLine($"_Static_assert((long long)({expression}) == {value}LL, \"{expression} is not {value}\");");

    private void EqualIfKnown(string macro, long value)
    {
        _program.AppendLine($"#ifdef {macro}");
        Equal(macro, value);
        _program.AppendLine("#endif");
    }

    private void Offset<T>(string type, string member, string? field = null) =>
        Equal($"offsetof({type}, {member})", Marshal.OffsetOf<T>(field ?? member));

    private static void Compile(string source)
    {
        var start = new ProcessStartInfo("gcc", ["-x", "c", "-fsyntax-only", "-"]) { RedirectStandardInput = true, RedirectStandardError = true };
        using var gcc = Process.Start(start)!;
        gcc.StandardInput.Write(source);
        gcc.StandardInput.Close();
        var errors = gcc.StandardError.ReadToEnd();
        gcc.WaitForExit();
        Assert.True(gcc.ExitCode == 0, errors);
    }
}
