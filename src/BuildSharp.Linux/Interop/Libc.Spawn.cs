using System.Runtime.InteropServices;

namespace BuildSharp.Linux;

internal static unsafe partial class Libc
{
    /// <summary>Room for a <c>posix_spawn_file_actions_t</c>, a <c>posix_spawnattr_t</c> or a <c>sigset_t</c>: opaque, at most 336 bytes.</summary>
    internal const int OpaqueSize = 512;

    /// <summary><c>POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK</c>.</summary>
    internal const short SpawnResetSignals = 0x04 | 0x08;

    /// <summary><c>P_PID</c> of <c>waitid</c>.</summary>
    internal const int WaitForProcess = 1;

    /// <summary><c>WEXITED | WNOWAIT</c>: wait for the end, and leave the process there to be collected.</summary>
    internal const int WaitExitedKeep = 0x4 | 0x01000000;

    [LibraryImport(Library, EntryPoint = "posix_spawn")]
    internal static partial int Spawn(int* process, byte* path, void* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_init")]
    internal static partial int SpawnActionsCreate(void* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static partial int SpawnActionsDestroy(void* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_adddup2")]
    internal static partial int SpawnActionDuplicate(void* actions, int descriptor, int number);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addopen")]
    internal static partial int SpawnActionOpen(void* actions, int number, byte* path, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_init")]
    internal static partial int SpawnAttributesCreate(void* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_destroy")]
    internal static partial int SpawnAttributesDestroy(void* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setflags")]
    internal static partial int SpawnAttributesSetFlags(void* attributes, short flags);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigdefault")]
    internal static partial int SpawnAttributesSetDefaultSignals(void* attributes, void* signals);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigmask")]
    internal static partial int SpawnAttributesSetSignalMask(void* attributes, void* signals);

    [LibraryImport(Library, EntryPoint = "sigemptyset")]
    internal static partial int SignalSetClear(void* signals);

    [LibraryImport(Library, EntryPoint = "sigfillset")]
    internal static partial int SignalSetFill(void* signals);

    [LibraryImport(Library, EntryPoint = "sigdelset")]
    internal static partial int SignalSetRemove(void* signals, int signal);

    /// <summary><c>sigaction</c>; both structures begin with the handler and are at most <see cref="OpaqueSize"/> long.</summary>
    [LibraryImport(Library, EntryPoint = "sigaction", SetLastError = true)]
    internal static partial int SignalAction(int signal, void* action, void* before);

    [LibraryImport(Library, EntryPoint = "waitid", SetLastError = true)]
    internal static partial int WaitId(int kind, uint id, void* information, int options);

    [LibraryImport(Library, EntryPoint = "waitpid", SetLastError = true)]
    internal static partial int WaitProcess(int process, int* status, int options);
}
