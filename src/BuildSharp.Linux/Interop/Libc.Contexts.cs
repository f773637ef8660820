using System.Runtime.InteropServices;

namespace BuildSharp.Linux.Interop;

internal static unsafe partial class Libc
{
    internal const int PR_SET_PDEATHSIG = 1;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int clone(nint function, byte* stack, int flags, void* argument);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int getcontext(ucontext_start* context);

    /// <summary>Variable arguments are passed like others on the processors that .NET has on Linux.</summary>
    [LibraryImport(Library)]
    internal static partial void makecontext(ucontext_start* context, nint function, int count, nint argument1, nint argument2, nint argument3);

    /// <summary>The first fields of <c>ucontext_t</c>, which are the same on all processors.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ucontext_start
    {
        public nuint uc_flags;
        public ucontext_start* uc_link;
        public byte* ss_sp;
        public int ss_flags;
        public nuint ss_size;
    }

    /// <summary>More bytes than a <c>ucontext_t</c> has: 968 on x86-64, 4,560 on arm64.</summary>
    internal const int ContextSize = 8192;
}
