using System.Runtime.InteropServices;

namespace BuildSharp.Linux.Interop;

internal static unsafe partial class Libc
{
    /// <summary>Buffer size for the opaque types <c>posix_spawn_file_actions_t</c>, <c>posix_spawnattr_t</c> and <c>siginfo_t</c>, which
    /// have at most 336 bytes.</summary>
    internal const int OpaqueSize = 512;

    internal const short POSIX_SPAWN_SETPGROUP = 2;

    internal const short POSIX_SPAWN_SETSIGDEF = 4;

    internal const short POSIX_SPAWN_SETSIGMASK = 8;

    internal const int P_PID = 1;

    internal const int WEXITED = 4;

    internal const int WNOWAIT = 0x01000000;

    [LibraryImport(Library)]
    internal static partial int posix_spawn(int* process, byte* path, void* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_destroy(void* actions);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_adddup2(void* actions, int descriptor, int number);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_addopen(void* actions, int number, byte* path, int flags, uint mode);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_init(void* attributes);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_destroy(void* attributes);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setflags(void* attributes, short flags);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setsigdefault(void* attributes, sigset_t* signals);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setsigmask(void* attributes, sigset_t* signals);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int waitid(int kind, uint id, void* information, int options);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int waitpid(int process, int* status, int options);
}
