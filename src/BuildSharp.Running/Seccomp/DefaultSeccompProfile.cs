using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Seccomp;

/// <summary>The built-in seccomp profile, equivalent to containers-common's. Unlisted calls get ENOSYS, so that libraries fall back to
/// older calls; calls that only the host's root should make get EPERM.</summary>
/// <remarks>A test compares the profile with <c>/usr/share/containers/seccomp.json</c> where that exists. A runtime ignores names that its
/// libseccomp does not know, so new calls can be listed early.</remarks>
internal static class DefaultSeccompProfile
{
    private const uint EPERM = 1;
    private const uint EINVAL = 22;
    private const uint ENOSYS = 38;

    // Obsolete calls, and calls that affect the whole machine.
    private const string Denied = """
        bdflush io_pgetevents kexec_file_load kexec_load migrate_pages move_pages nfsservctl nice oldfstat oldlstat oldolduname
        oldstat olduname pciconfig_iobase pciconfig_read pciconfig_write sgetmask ssetmask swapcontext swapoff swapon sysfs uselib
        userfaultfd ustat vm86 vm86old vmsplice
        """;

    private const string Allowed = """
        _llseek _newselect accept accept4 access adjtimex alarm bind brk cachestat capget capset chdir chmod chown chown32
        clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime clock_gettime64 clock_nanosleep
        clock_nanosleep_time64 clone clone3 close close_range connect copy_file_range creat dup dup2 dup3 epoll_create epoll_create1
        epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2 execve execveat exit exit_group
        faccessat faccessat2 fadvise64 fadvise64_64 fallocate fanotify_mark fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat
        fcntl fcntl64 fdatasync fgetxattr flistxattr flock fork fremovexattr fsconfig fsetxattr fsmount fsopen fspick fstat fstat64
        fstatat64 fstatfs fstatfs64 fsync ftruncate ftruncate64 futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake
        futimesat get_mempolicy get_robust_list get_thread_area getcpu getcwd getdents getdents64 getegid getegid32 geteuid geteuid32
        getgid getgid32 getgroups getgroups32 getitimer getpeername getpgid getpgrp getpid getppid getpriority getrandom getresgid
        getresgid32 getresuid getresuid32 getrlimit getrusage getsid getsockname getsockopt gettid gettimeofday getuid getuid32
        getxattr getxattrat inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel io_destroy io_getevents io_setup
        io_submit ioctl ioprio_get ioprio_set ipc keyctl kill landlock_add_rule landlock_create_ruleset landlock_restrict_self lchown
        lchown32 lgetxattr link linkat listen listxattr listxattrat llistxattr lremovexattr lseek lsetxattr lstat lstat64 madvise
        map_shadow_stack mbind membarrier memfd_create memfd_secret mincore mkdir mkdirat mknod mknodat mlock mlock2 mlockall mmap
        mmap2 mount mount_setattr move_mount mprotect mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64
        mq_timedsend mq_timedsend_time64 mq_unlink mremap mseal msgctl msgget msgrcv msgsnd msync munlock munlockall munmap
        name_to_handle_at nanosleep newfstatat open open_tree openat openat2 pause pidfd_getfd pidfd_open pidfd_send_signal pipe
        pipe2 pivot_root pkey_alloc pkey_free pkey_mprotect poll ppoll ppoll_time64 prctl pread64 preadv preadv2 prlimit64
        process_mrelease process_vm_readv process_vm_writev pselect6 pselect6_time64 ptrace pwrite64 pwritev pwritev2 read readahead
        readdir readlink readlinkat readv reboot recv recvfrom recvmmsg recvmmsg_time64 recvmsg remap_file_pages removexattr
        removexattrat rename renameat renameat2 restart_syscall rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo
        rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo sched_get_priority_max
        sched_get_priority_min sched_getaffinity sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval
        sched_rr_get_interval_time64 sched_setaffinity sched_setattr sched_setparam sched_setscheduler sched_yield seccomp select
        semctl semget semop semtimedop semtimedop_time64 send sendfile sendfile64 sendmmsg sendmsg sendto set_mempolicy
        set_robust_list set_thread_area set_tid_address setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups setgroups32
        setitimer setns setpgid setpriority setregid setregid32 setresgid setresgid32 setresuid setresuid32 setreuid setreuid32
        setrlimit setsid setsockopt setuid setuid32 setxattr setxattrat shmat shmctl shmdt shmget shutdown sigaction sigaltstack
        signal signalfd signalfd4 sigpending sigprocmask sigreturn sigsuspend socketcall socketpair splice stat stat64 statfs
        statfs64 statx symlink symlinkat sync sync_file_range syncfs syscall sysinfo syslog tee tgkill time timer_create timer_delete
        timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64 timerfd timerfd_create timerfd_gettime
        timerfd_gettime64 timerfd_settime timerfd_settime64 times tkill truncate truncate64 ugetrlimit umask umount umount2 uname
        unlink unlinkat unshare utime utimensat utimensat_time64 utimes vfork wait4 waitid waitpid write writev
        """;

    // Calls that are allowed with one capability only.
    private static readonly (string Capability, string Names)[] Privileged =
    [
        ("CAP_DAC_READ_SEARCH", "open_by_handle_at"),
        ("CAP_SYS_ADMIN", "bpf fanotify_init lookup_dcookie perf_event_open quotactl setdomainname sethostname setns"),
        ("CAP_SYS_CHROOT", "chroot"),
        ("CAP_SYS_MODULE", "delete_module finit_module init_module query_module"),
        ("CAP_SYS_PACCT", "acct"),
        ("CAP_SYS_PTRACE", "kcmp process_madvise"),
        ("CAP_SYS_RAWIO", "ioperm iopl"),
        ("CAP_SYS_TIME", "clock_settime clock_settime64 settimeofday stime"),
        ("CAP_SYS_TTY_CONFIG", "vhangup"),
    ];

    // Calls of certain architectures only.
    private static readonly (string[] Architectures, string Names)[] Peculiar =
    [
        (["ppc64le"], "sync_file_range2"),
        (["arm", "arm64"], "arm_fadvise64_64 arm_sync_file_range breakpoint cacheflush set_tls sync_file_range2"),
        (["amd64", "x32"], "arch_prctl"),
        (["amd64", "x32", "x86"], "modify_ldt"),
        (["s390", "s390x"], "s390_pci_mmio_read s390_pci_mmio_write s390_runtime_instr"),
        (["riscv64"], "riscv_flush_icache riscv_hwprobe"),
    ];

    // personality(2): PER_LINUX, PER_LINUX32, both with UNAME26, and 0xffffffff, which reads the current one.
    private static readonly ulong[] Personalities = [0x0, 0x8, 0x20000, 0x20008, 0xffffffff];

    public static SeccompProfile Create()
    {
        List<SeccompRule> rules = [Deny(Denied), Allow(Allowed)];
        rules.AddRange(Personalities.Select(value => Allow("personality") with { Arguments = [Equal(0, value)] }));
        rules.AddRange(Peculiar.Select(entry => Allow(entry.Names) with { IncludesArchitectures = entry.Architectures }));
        foreach (var (capability, names) in Privileged)
        {
            rules.Add(Allow(names) with { IncludesCapabilities = [capability] });
            rules.Add(Deny(names) with { ExcludesCapabilities = [capability] });
        }

        rules.AddRange(Sockets());
        return new SeccompProfile { DefaultAction = "SCMP_ACT_ERRNO", DefaultErrno = ENOSYS, Rules = rules };
    }

    // Audit messages (netlink, NETLINK_AUDIT) require CAP_AUDIT_WRITE. Without it the call gets EINVAL, which sudo and ssh treat as "no
    // audit".
    private static IEnumerable<SeccompRule> Sockets()
    {
        const ulong netlink = 16;
        const ulong audit = 9;
        string[] capability = ["CAP_AUDIT_WRITE"];
        var allow = Allow("socket") with { ExcludesCapabilities = capability };
        yield return Deny("socket") with { Errno = EINVAL, Arguments = [Equal(0, netlink), Equal(2, audit)], ExcludesCapabilities = capability };
        yield return allow with { Arguments = [NotEqual(2, audit)] };
        yield return allow with { Arguments = [NotEqual(0, netlink)] };
        yield return Allow("socket") with { IncludesCapabilities = capability };
    }

    private static SeccompRule Allow(string names) => new() { Names = Words(names), Action = "SCMP_ACT_ALLOW" };

    private static SeccompRule Deny(string names) => new() { Names = Words(names), Action = "SCMP_ACT_ERRNO", Errno = EPERM };

    private static SpecSyscallArgument Equal(uint index, ulong value) => new(index, value, 0, "SCMP_CMP_EQ");

    private static SpecSyscallArgument NotEqual(uint index, ulong value) => new(index, value, 0, "SCMP_CMP_NE");

    private static string[] Words(string names) => names.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
