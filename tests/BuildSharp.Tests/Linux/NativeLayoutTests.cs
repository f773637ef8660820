using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using BuildSharp.Linux;

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
            #include <sys/resource.h>
            #include <sys/stat.h>
            #include <sys/vfs.h>
            #include <sys/syscall.h>
            #include <sys/wait.h>
            #include <linux/fs.h>
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
        Equal("O_CLOEXEC", OpenFlags.CloseOnExec);

        Equal("AT_FDCWD", Libc.AtCurrentDirectory);
        Equal("AT_SYMLINK_NOFOLLOW", Libc.AtSymlinkNoFollow);
        Equal("AT_REMOVEDIR", Libc.AtRemoveDirectory);
        Equal("AT_SYMLINK_FOLLOW", Libc.AtSymlinkFollow);
        Equal("AT_NO_AUTOMOUNT", Libc.AtNoAutomount);
        Equal("AT_EMPTY_PATH", Libc.AtEmptyPath);
        Equal("RESOLVE_NO_XDEV", (long)Libc.ResolveNoOtherMount);
        Equal("RESOLVE_NO_MAGICLINKS", (long)Libc.ResolveNoMagicLinks);
        Equal("RESOLVE_IN_ROOT", (long)Libc.ResolveInRoot);
        Equal("SEEK_DATA", Libc.SeekData);
        Equal("SEEK_HOLE", Libc.SeekHole);
        Equal("RENAME_NOREPLACE", Libc.RenameNoReplace);
        Equal("RENAME_EXCHANGE", Libc.RenameExchange);
        Equal("UTIME_OMIT", Libc.TimeOmit);
        Equal("LOCK_SH", Libc.ShareFile);
        Equal("LOCK_EX | LOCK_NB", Libc.TryOwnFile);
        Equal("F_OFD_SETLK", Libc.SetOpenFileLock);
        Equal("F_OFD_SETLKW", Libc.SetOpenFileLockWait);
        Equal("F_RDLCK", Libc.ReadLock);
        Equal("F_WRLCK", Libc.WriteLock);
        Equal("F_UNLCK", Libc.Unlock);
        Equal("FICLONE", (long)Libc.CloneFile);
        Equal("FS_IOC_GETFLAGS", (long)Libc.GetInodeFlags);
        Equal("FS_IOC_SETFLAGS", (long)Libc.SetInodeFlags);
        Equal("FS_IMMUTABLE_FL", Libc.ImmutableFlag);
        Equal("FS_APPEND_FL", Libc.AppendOnlyFlag);
        Equal("SYNC_FILE_RANGE_WRITE", (long)Libc.SyncRangeWrite);
        Equal("SYNC_FILE_RANGE_WRITE_AND_WAIT", (long)Libc.SyncRangeWriteAndWait);
        Equal("EXT4_SUPER_MAGIC", Libc.ExtMagic);
        Equal("XFS_SUPER_MAGIC", Libc.XfsMagic);
        Equal("TMPFS_MAGIC", Libc.TmpfsMagic);
        Equal("STATX_BASIC_STATS", Libc.StatXBasic);
        Equal("STATX_ATTR_MOUNT_ROOT", (long)Libc.StatXMountRoot);

        Equal("SYS_openat2", Libc.OpenAt2Number);
        Equal("SYS_open_tree", Libc.OpenTreeNumber);
        Equal("SYS_move_mount", Libc.MoveMountNumber);
        Equal("SYS_fsopen", Libc.FsOpenNumber);
        Equal("SYS_fsconfig", Libc.FsConfigNumber);
        Equal("SYS_fsmount", Libc.FsMountNumber);
        Equal("SYS_mount_setattr", Libc.MountSetAttributesNumber);
        EqualIfKnown("SYS_fchmodat2", Libc.ChangeModeAt2Number);
        Equal("FSCONFIG_SET_FLAG", Libc.FsConfigSetFlag);
        Equal("FSCONFIG_SET_STRING", Libc.FsConfigSetString);
        Equal("FSCONFIG_CMD_CREATE", Libc.FsConfigCommandCreate);
        Equal("MOVE_MOUNT_F_EMPTY_PATH", Libc.MoveMountFromEmptyPath);
        Equal("MOUNT_ATTR_NODEV", Libc.MountAttributeNoDevices);
        Equal("MOUNT_ATTR_NOEXEC", Libc.MountAttributeNoExecute);
        Equal("MOUNT_ATTR_NODIRATIME", Libc.MountAttributeNoDirectoryAccessTime);
        Equal("MNT_DETACH", Libc.DetachUnmount);
        Equal("UMOUNT_NOFOLLOW", Libc.UnmountNoFollow);
        Equal("MS_RDONLY", (long)MountFlags.ReadOnly);
        Equal("MS_NODEV", (long)MountFlags.NoDevices);
        Equal("MS_BIND", (long)MountFlags.Bind);
        Equal("MS_REC", (long)MountFlags.Recursive);
        Equal("MS_PRIVATE", (long)MountFlags.Private);
        Equal("MS_SLAVE", (long)MountFlags.Slave);
        Equal("MS_SHARED", (long)MountFlags.Shared);
        Equal("SIGTERM", Signals.Terminate);
        Equal("SIGKILL", Signals.Kill);
        Equal("POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK", Libc.SpawnResetSignals);
        Equal("P_PID", Libc.WaitForProcess);
        Equal("WEXITED | WNOWAIT", Libc.WaitExitedKeep);
        Equal("TIOCGWINSZ", (long)Libc.GetWindowSize);
        Equal("TIOCSPTLCK", (long)Libc.SetTerminalLock);
        Equal("TIOCGPTPEER", (long)Libc.OpenTerminalPeer);
        Equal("TCSANOW", Libc.Now);
        Equal("POLLIN", Libc.CanRead);
        Equal("POLLOUT", Libc.CanWrite);
        Equal("EFD_CLOEXEC", Libc.EventCloseOnExec);
        Equal("RLIMIT_NOFILE", ProcessLimit.Names.ToList().IndexOf("nofile"));
        Equal("RLIMIT_NPROC", ProcessLimit.Names.ToList().IndexOf("nproc"));
        Equal("RLIMIT_RTTIME", ProcessLimit.Names.ToList().IndexOf("rttime"));
        Equal("RLIM_NLIMITS", ProcessLimit.Names.Count);
        Equal("DT_LNK", (long)FileType.SymbolicLink);
        Equal("DT_SOCK", (long)FileType.Socket);

        Equal("offsetof(struct dirent64, d_name)", Libc.EntryName);
        Equal("offsetof(struct dirent64, d_reclen)", 16);
        Equal("offsetof(struct dirent64, d_type)", 18);
        Equal("sizeof(struct open_how)", Marshal.SizeOf<Libc.OpenHow>());
        Equal("sizeof(struct flock)", Marshal.SizeOf<Libc.FileLockRange>());
        Offset<Libc.FileLockRange>("struct flock", "l_start", nameof(Libc.FileLockRange.Start));
        Offset<Libc.FileLockRange>("struct flock", "l_len", nameof(Libc.FileLockRange.Length));
        Offset<Libc.FileLockRange>("struct flock", "l_pid", nameof(Libc.FileLockRange.ProcessId));
        foreach (var opaque in (string[])["posix_spawn_file_actions_t", "posix_spawnattr_t", "sigset_t", "siginfo_t", "struct termios"])
        {
            Equal($"sizeof({opaque}) <= {Libc.OpaqueSize}", 1);
        }

        Equal("sizeof(struct winsize)", Marshal.SizeOf<Libc.WindowSize>());
        Offset<Libc.WindowSize>("struct winsize", "ws_col", nameof(Libc.WindowSize.Columns));
        Equal("sizeof(struct pollfd)", Marshal.SizeOf<Libc.PollEntry>());
        Offset<Libc.PollEntry>("struct pollfd", "revents", nameof(Libc.PollEntry.Found));
        Equal("sizeof(struct rlimit)", Marshal.SizeOf<Libc.ResourceLimitPair>());
        Equal("sizeof(struct statfs)", Marshal.SizeOf<Libc.StatFs>());
        Offset<Libc.StatFs>("struct statfs", "f_type", nameof(Libc.StatFs.Type));
        Equal("sizeof(struct timespec)", Marshal.SizeOf<Libc.TimeSpec>());
        Equal("sizeof(struct statx)", Marshal.SizeOf<Libc.StatX>());
        Offset<Libc.StatX>("struct statx", "stx_nlink", nameof(Libc.StatX.LinkCount));
        Offset<Libc.StatX>("struct statx", "stx_mode", nameof(Libc.StatX.Mode));
        Offset<Libc.StatX>("struct statx", "stx_ino", nameof(Libc.StatX.Inode));
        Offset<Libc.StatX>("struct statx", "stx_size", nameof(Libc.StatX.Size));
        Offset<Libc.StatX>("struct statx", "stx_atime", nameof(Libc.StatX.Accessed));
        Offset<Libc.StatX>("struct statx", "stx_ctime", nameof(Libc.StatX.Changed));
        Offset<Libc.StatX>("struct statx", "stx_mtime", nameof(Libc.StatX.Modified));
        Offset<Libc.StatX>("struct statx", "stx_rdev_major", nameof(Libc.StatX.RealDeviceMajor));
        Offset<Libc.StatX>("struct statx", "stx_dev_minor", nameof(Libc.StatX.DeviceMinor));

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

    private void Offset<T>(string type, string member, string field) =>
        Equal($"offsetof({type}, {member})", Marshal.OffsetOf<T>(field));

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
