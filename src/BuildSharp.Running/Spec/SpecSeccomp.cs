namespace BuildSharp.Running.Spec;

/// <summary>The seccomp section of a runtime config, with all conditions on capabilities and architecture resolved.</summary>
internal sealed record SpecSeccomp(
    string DefaultAction,
    uint? DefaultErrnoRet,
    IReadOnlyList<string> Architectures,
    IReadOnlyList<string> Flags,
    IReadOnlyList<SpecSyscallRule> Syscalls);

/// <summary>An action for system calls whose arguments meet all conditions.</summary>
internal sealed record SpecSyscallRule(
    IReadOnlyList<string> Names, string Action, uint? ErrnoRet, IReadOnlyList<SpecSyscallArgument> Arguments);

/// <summary>A condition on the argument at <see cref="Index"/>; <see cref="ValueTwo"/> is used by masked comparison only.</summary>
internal sealed record SpecSyscallArgument(uint Index, ulong Value, ulong ValueTwo, string Op);
