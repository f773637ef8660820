namespace BuildSharp.Containers.Running;

/// <summary>The seccomp section of a runtime config: what is left of a profile once capabilities and processor are known.</summary>
internal sealed record SpecSeccomp(
    string DefaultAction,
    uint? DefaultErrnoRet,
    IReadOnlyList<string> Architectures,
    IReadOnlyList<string> Flags,
    IReadOnlyList<SpecSyscallRule> Syscalls);

/// <summary>One action for some system calls, under all of the conditions on their arguments.</summary>
internal sealed record SpecSyscallRule(
    IReadOnlyList<string> Names, string Action, uint? ErrnoRet, IReadOnlyList<SpecSyscallArgument> Arguments);

/// <summary>A condition on the argument at <see cref="Index"/>; <see cref="ValueTwo"/> only matters to masked comparison.</summary>
internal sealed record SpecSyscallArgument(uint Index, ulong Value, ulong ValueTwo, string Op);
