using System.Runtime.ExceptionServices;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Linux;

/// <summary>A child process with exactly the given streams, environment and signal state.</summary>
/// <remarks><see cref="System.Diagnostics.Process"/> cannot connect a stream to /dev/null or an open file, starts a thread per redirected
/// stream and takes three times as long. All other descriptors of this process are close-on-exec. Signals that .NET ignores (SIGPIPE) or
/// blocks are reset, because a child would inherit that. Terminating signals that this process was started to ignore (nohup) stay
/// ignored.</remarks>
public sealed unsafe class ChildProcess
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _collected;

    private ChildProcess(int id) => Id = id;

    /// <summary>Process id; valid until the task of <see cref="Ended"/> completes.</summary>
    public int Id { get; }

    /// <summary>The exit status, or 128 + n after termination by signal n.</summary>
    public Task<int> Ended => _ended.Task;

    /// <summary>The signal that terminated the process itself; null while it runs and after it exited. A runtime that exits with 128 + n
    /// reports the signal of its container instead.</summary>
    public int? KilledBy { get; private set; }

    /// <summary>Starts a program.</summary>
    /// <param name="path">Absolute path of the program.</param>
    /// <param name="arguments">The arguments after the program's name.</param>
    /// <param name="environment">The complete environment, as <c>NAME=value</c>.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="mounts">Makes mounts for the program in a new mount namespace, which ends with the program and its children; null to
    /// share ours. It uses neither tasks nor threads (<see cref="MountNamespace"/>).</param>
    /// <exception cref="LinuxException">The program cannot be started.</exception>
    public static ChildProcess Start(
        string path, IEnumerable<string> arguments, IEnumerable<string> environment, ChildStream input, ChildStream output, ChildStream error,
        Action? mounts = null)
    {
        return Start(path, arguments, environment, [input, output, error], mounts is null ? null : () =>
        {
            MountNamespace.Enter();
            mounts();
        });
    }

    /// <summary>Starts a program on a thread of its own, which lives as long as the program.</summary>
    /// <param name="path">Absolute path of the program.</param>
    /// <param name="arguments">The arguments after the program's name.</param>
    /// <param name="environment">The complete environment, as <c>NAME=value</c>.</param>
    /// <param name="streams">The descriptors 0, 1, 2 and so on.</param>
    /// <param name="enter">Changes the thread before the start; the program inherits what the kernel keeps by thread. It uses neither tasks
    /// nor threads. Null for no change.</param>
    /// <param name="isApart">Whether it is in a process group of its own, so that Ctrl-C at the terminal does not reach it.</param>
    /// <exception cref="LinuxException">The program cannot be started.</exception>
    public static ChildProcess Start(
        string path, IEnumerable<string> arguments, IEnumerable<string> environment, IReadOnlyList<ChildStream> streams, Action? enter,
        bool isApart = false)
    {
        return enter is null
            ? Started(Spawn(path, [path, .. arguments], [.. environment], [.. streams], isApart), path)
            : Start(path, arguments, environment, () =>
            {
                enter();
                return streams;
            }, isApart);
    }

    /// <summary>Starts a program on a thread of its own, as the other overload does.</summary>
    /// <param name="path">Absolute path of the program.</param>
    /// <param name="arguments">The arguments after the program's name.</param>
    /// <param name="environment">The complete environment, as <c>NAME=value</c>.</param>
    /// <param name="enter">Changes the thread before the start, and returns the descriptors 0, 1, 2 and so on.</param>
    /// <param name="isApart">As for the other overload.</param>
    /// <exception cref="LinuxException">The program cannot be started.</exception>
    public static ChildProcess Start(
        string path, IEnumerable<string> arguments, IEnumerable<string> environment, Func<IReadOnlyList<ChildStream>> enter, bool isApart = false) =>
        Started(StartFrom(() => Spawn(path, [path, .. arguments], [.. environment], [.. enter()], isApart)), path);

    /// <summary>A child that has been started otherwise.</summary>
    internal static ChildProcess Started(int id, string path)
    {
        var process = new ChildProcess(id);
        new Thread(process.Collect, maxStackSize: 128 * 1024) { IsBackground = true, Name = "wait " + path }.Start();
        return process;
    }

    /// <summary>Sends a signal; false when the process has ended.</summary>
    public bool Signal(int signal)
    {
        // While the lock is held, the process is not reaped, so its id cannot belong to another process.
        lock (_gate)
        {
            return !_collected && Signals.Send(Id, signal);
        }
    }

    // The thread waits for the program: the kernel takes the end of the starting thread for the end of the parent (PR_SET_PDEATHSIG). It
    // must not complete a task, because starting a thread of the pool from it can fail.
    private static int StartFrom(Func<int> spawn)
    {
        ExceptionDispatchInfo? failure = null;
        int? process = null;
        var started = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            try
            {
                process = spawn();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }

            started.Set();
            if (process is { } id)
            {
                WaitUntilEnded(id);
            }
        });
        thread.IsBackground = true;
        thread.Start();
        started.Wait();
        failure?.Throw();
        return process!.Value;
    }

    /// <returns>The error number; 0 when the process has ended and is not collected yet.</returns>
    private static int WaitUntilEnded(int id)
    {
        var information = stackalloc byte[OpaqueSize];
        while (waitid(P_PID, (uint)id, information, WEXITED | WNOWAIT) != 0)
        {
            if (LastError != Errno.EINTR)
            {
                return LastError;
            }
        }

        return 0;
    }

    private static int Spawn(string path, string[] arguments, string[] environment, ChildStream[] streams, bool isApart)
    {
        var actions = stackalloc byte[OpaqueSize];
        var attributes = stackalloc byte[OpaqueSize];
        sigset_t signals;
        Check(posix_spawn_file_actions_init(actions), path);
        Check(posix_spawnattr_init(attributes), path);
        using var nativePath = new NativePath(path, stackalloc byte[NativePath.StackSize]);
        using var nativeArguments = new NativeStrings(arguments);
        using var nativeEnvironment = new NativeStrings(environment);
        try
        {
            streams = [.. streams.Select((stream, number) => number > 2 ? Above(stream, streams.Length) : stream)];
            for (var number = 0; number < streams.Length; number++)
            {
                Check(Redirect(actions, streams[number], number), path);
            }

            // All bits, not sigfillset: it leaves out the C library's own two signals, and posix_spawn then has the program ignore them.
            new Span<byte>(&signals, sizeof(ulong)).Fill(0xFF);
            foreach (var signal in Signals.KeptIgnored())
            {
                sigdelset(&signals, signal);
            }

            Check(posix_spawnattr_setsigdefault(attributes, &signals), path);
            sigemptyset(&signals);
            Check(posix_spawnattr_setsigmask(attributes, &signals), path);
            var flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | (isApart ? POSIX_SPAWN_SETPGROUP : 0);
            Check(posix_spawnattr_setflags(attributes, (short)flags), path);
            int process;
            fixed (byte* p = nativePath)
            {
                Check(posix_spawn(&process, p, actions, attributes, nativeArguments.Pointers, nativeEnvironment.Pointers), path);
            }

            return process;
        }
        finally
        {
            posix_spawn_file_actions_destroy(actions);
            posix_spawnattr_destroy(attributes);
            GC.KeepAlive(streams);
        }
    }

    private static int Redirect(byte* actions, ChildStream stream, int number)
    {
        if (ReferenceEquals(stream, ChildStream.Null))
        {
            fixed (byte* devNull = "/dev/null\0"u8)
            {
                return posix_spawn_file_actions_addopen(actions, number, devNull, number == 0 ? OpenFlags.ReadOnly : OpenFlags.WriteOnly, 0);
            }
        }

        return stream.File is { } file ? posix_spawn_file_actions_adddup2(actions, FileDescriptor.Number(file), number) : 0;
    }

    // A file whose own number is among those that the program gets would be replaced before it is used.
    private static ChildStream Above(ChildStream stream, int count)
    {
        if (stream.File is not { } file || FileDescriptor.Number(file) >= count)
        {
            return stream;
        }

        var descriptor = fcntl(FileDescriptor.Number(file), F_DUPFD_CLOEXEC, count);
        return descriptor >= 0 ? ChildStream.To(new SafeFileHandle(descriptor, ownsHandle: true)) : throw LinuxException.Last("fcntl");
    }

    private static void Check(int errno, string path)
    {
        if (errno != 0)
        {
            throw new LinuxException("posix_spawn", path, errno);
        }
    }

    private void Collect()
    {
        if (WaitUntilEnded(Id) is not 0 and var errno)
        {
            _ended.SetException(new LinuxException("waitid", null, errno));
            return;
        }

        int status;
        lock (_gate)
        {
            _collected = true;
            waitpid(Id, &status, 0);
        }

        var signal = status & 0x7F;
        KilledBy = signal == 0 ? null : signal;
        _ended.SetResult(signal == 0 ? (status >> 8) & 0xFF : 128 + signal);
    }
}
