using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Linux;

/// <summary>Starts this program once more, as a child process in a new user and mount namespace.</summary>
/// <remarks>
/// A process with several threads cannot enter a user namespace (EINVAL), and a .NET process always has several; <c>posix_spawn</c> makes no
/// namespace. So the child must be cloned, and between <c>clone</c> and <c>execve</c> no managed code may run: with a copy of the memory it would
/// wait for ever for the garbage collector, whose threads are not copied, and with the same memory it would overwrite the stack of the parent.
/// What the child does is therefore prepared as a list of calls of the C library (makecontext(3)), each on a stack of its own and each going on to
/// the next: it waits until the parent has mapped its ids, and executes the program, which thereby gets the rights of root in its namespace.
/// </remarks>
internal static unsafe class NamespaceFork
{
    private const int StackSize = 16 * 1024;
    private const int LastSignal = 31;
    private const int FailureStatus = 127;

    /// <summary>Starts the child.</summary>
    /// <param name="arguments">Name and arguments of the program.</param>
    /// <param name="environment">Its environment, as <c>NAME=value</c>.</param>
    /// <param name="waiting">Reading end of a pipe: the child goes on when a byte comes.</param>
    /// <param name="open">Its writing end, which only the parent keeps.</param>
    /// <returns>Process id of the child. It ends with the calling thread.</returns>
    /// <exception cref="LinuxException">The kernel refuses the namespaces.</exception>
    public static int Start(IReadOnlyList<string> arguments, IReadOnlyList<string> environment, SafeFileHandle waiting, SafeFileHandle open)
    {
        using var nativeArguments = new NativeStrings(arguments);
        using var nativeEnvironment = new NativeStrings(environment);
        var reset = Enumerable.Range(1, LastSignal).Except(Signals.KeptIgnored()).ToList();
        using var calls = new CallList(5 + reset.Count);
        // Zero is SIG_DFL without flags; the buffer is larger than any sigaction.
        var byDefault = stackalloc byte[512];
        new Span<byte>(byDefault, 512).Clear();
        var received = stackalloc byte[8];
        sigset_t all;
        sigset_t mask;
        sigfillset(&all);
        fixed (byte* program = "/proc/self/exe\0"u8)
        {
            // The child has a copy of the runtime's handlers, which would tell the parent of its signals. They are blocked until the
            // handlers are gone.
            pthread_sigmask(SIG_SETMASK, &all, &mask);
            calls.Add("close", FileDescriptor.Number(open));
            calls.Add("prctl", PR_SET_PDEATHSIG, Signals.Terminate);
            calls.Add("read", FileDescriptor.Number(waiting), (nint)received, 1);
            foreach (var signal in reset)
            {
                calls.Add("sigaction", signal, (nint)byDefault);
            }

            pthread_sigmask(SIG_SETMASK, &mask, null);
            calls.Add("execve", (nint)program, (nint)nativeArguments.Pointers, (nint)nativeEnvironment.Pointers);
            calls.Add("_exit", FailureStatus);
            var child = calls.Clone(CLONE_NEWUSER | CLONE_NEWNS | SIGCHLD);
            GC.KeepAlive(waiting);
            GC.KeepAlive(open);
            return child;
        }
    }

    /// <summary>Calls of the C library that a child process makes one after the other.</summary>
    private ref struct CallList(int capacity)
    {
        private const int Size = ContextSize + StackSize;

        private readonly nint _library = NativeLibrary.Load("libc.so.6");
        private readonly byte* _memory = (byte*)NativeMemory.AllocZeroed((nuint)capacity * Size);
        private int _count;

        /// <summary>Adds a call, with the signals blocked that are blocked now.</summary>
        public void Add(string function, nint argument1, nint argument2 = 0, nint argument3 = 0)
        {
            var context = Context(_count);
            if (getcontext(context) != 0)
            {
                throw LinuxException.Last("getcontext");
            }

            context->ss_sp = (byte*)context + ContextSize;
            context->ss_size = StackSize;
            context->uc_link = ++_count < capacity ? Context(_count) : null;
            makecontext(context, NativeLibrary.GetExport(_library, function), 3, argument1, argument2, argument3);
        }

        /// <summary>Starts a child process that makes the calls, with a copy of the memory.</summary>
        public readonly int Clone(int flags)
        {
            // The child needs a stack only for the step into the first call.
            var stack = stackalloc byte[4096];
            var child = clone(NativeLibrary.GetExport(_library, "setcontext"), (byte*)((nint)(stack + 4096) & ~15), flags, Context(0));
            return child > 0 ? child : throw LinuxException.Last("clone");
        }

        public readonly void Dispose() => NativeMemory.Free(_memory);

        private readonly ucontext_start* Context(int number) => (ucontext_start*)(_memory + (number * Size));
    }
}
