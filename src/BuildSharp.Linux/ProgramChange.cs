using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Linux;

/// <summary>Replaces this process by another program.</summary>
public static unsafe class ProgramChange
{
    /// <summary>Kills this process, also after it has become another program, when the thread that started it ends (PR_SET_PDEATHSIG). Call
    /// this after all changes of privileges, which disable it.</summary>
    /// <param name="link">The writing end of a pipe whose reading end only the starting process has.</param>
    /// <returns>False when the starting process has ended already.</returns>
    public static bool DieWithParent(SafeFileHandle link)
    {
        if (prctl(PR_SET_PDEATHSIG, Signals.Kill, 0, 0, 0) != 0)
        {
            throw LinuxException.Last("prctl");
        }

        var entry = new pollfd { fd = FileDescriptor.Number(link) };
        return Interop.Libc.poll(&entry, 1, 0) == 0;
    }

    /// <summary>Sets a resource limit of this process.</summary>
    /// <param name="name">Name in lower case without <c>RLIMIT_</c>.</param>
    /// <param name="soft">Soft limit; <see cref="ulong.MaxValue"/> for none.</param>
    /// <param name="hard">Hard limit, likewise.</param>
    public static void SetLimit(string name, ulong soft, ulong hard)
    {
        var limit = new Interop.Libc.ResourceLimit { Soft = soft, Hard = hard };
        if (setrlimit(ProcessLimit.NumberOf(name), &limit) != 0)
        {
            throw LinuxException.Last("setrlimit", name);
        }
    }

    /// <summary>Makes this process the leader of a new session without a terminal.</summary>
    public static void StartSession()
    {
        if (setsid() < 0 && LastError != Errno.EPERM)
        {
            throw LinuxException.Last("setsid");
        }
    }

    /// <summary>Makes standard input, a terminal, the controlling terminal of this process, which leads a session without one.</summary>
    public static void TakeTerminal()
    {
        if (ioctl(0, (int)TIOCSCTTY, 0) != 0)
        {
            throw LinuxException.Last("ioctl");
        }
    }

    /// <summary>Becomes a program: the other threads end, descriptors above 2 are closed, and signals that .NET ignores or handles are as in
    /// a new process.</summary>
    /// <param name="path">Path of the program.</param>
    /// <param name="arguments">All arguments, the first of which is the program's name.</param>
    /// <param name="environment">The complete environment, as <c>NAME=value</c>.</param>
    /// <returns>The error number; there is no return after success.</returns>
    public static int Become(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        using var nativePath = new NativePath(path, stackalloc byte[NativePath.StackSize]);
        using var nativeArguments = new NativeStrings(arguments);
        using var nativeEnvironment = new NativeStrings(environment);
        var usual = default(sigaction);
        usual.sa_handler = SIG_DFL;
        _ = sigaction(SIGPIPE, &usual, null);
        if ((long)syscall(SYS_close_range, 3, int.MaxValue, CLOSE_RANGE_CLOEXEC) != 0)
        {
            CloseEachAfterwards();
        }

        fixed (byte* p = nativePath)
        {
            _ = execve(p, nativeArguments.Pointers, nativeEnvironment.Pointers);
        }

        return LastError;
    }

    // For kernels before 5.11.
    private static void CloseEachAfterwards()
    {
        for (var descriptor = 3; descriptor < 4096; descriptor++)
        {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        }
    }
}
