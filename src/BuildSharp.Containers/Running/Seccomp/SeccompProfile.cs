namespace BuildSharp.Containers.Running;

/// <summary>A system call filter with its conditions still open: on capabilities, processor and kernel.</summary>
internal sealed record SeccompProfile
{
    /// <summary>What happens to a call that no rule names, in libseccomp's words.</summary>
    public required string DefaultAction { get; init; }

    public uint? DefaultErrno { get; init; }

    /// <summary>Flags of the filter in libseccomp's words.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>Architectures in libseccomp's words; null takes ours and its relatives.</summary>
    public IReadOnlyList<string>? Architectures { get; init; }

    public required IReadOnlyList<SeccompRule> Rules { get; init; }

    /// <summary>The section for a runtime config: rules whose conditions hold, without the conditions.</summary>
    /// <param name="host">Tells the processor and the kernel.</param>
    /// <param name="bounding">The capabilities that the command can ever have.</param>
    /// <param name="foreign">Whether the processor's other instruction sets are let through. libseccomp takes as long for each as for the
    /// first, which is half of a short run; without them a 32-bit program is killed with SIGSYS.</param>
    public SpecSeccomp? Resolve(HostFacts host, CapabilitySet bounding, bool foreign)
    {
        if (!host.HasSeccomp)
        {
            return null;
        }

        var rules = Rules.Where(rule => rule.Applies(host, bounding))
            .Select(rule => new SpecSyscallRule(rule.Names, rule.Action, rule.Errno, rule.Arguments));
        return new SpecSeccomp(
            DefaultAction, DefaultErrno, Architectures ?? SeccompArchitectures.For(host.Architecture, foreign), Flags, [.. rules]);
    }
}

/// <summary>One rule of a profile. Every condition must hold; an empty one always does.</summary>
internal sealed record SeccompRule
{
    public required IReadOnlyList<string> Names { get; init; }

    public required string Action { get; init; }

    public uint? Errno { get; init; }

    public IReadOnlyList<SpecSyscallArgument> Arguments { get; init; } = [];

    /// <summary>All of them must be in the bounding set.</summary>
    public IReadOnlyList<string> IncludesCapabilities { get; init; } = [];

    /// <summary>None of them may be in the bounding set.</summary>
    public IReadOnlyList<string> ExcludesCapabilities { get; init; } = [];

    /// <summary>GOARCH words, one of which must be ours.</summary>
    public IReadOnlyList<string> IncludesArchitectures { get; init; } = [];

    /// <summary>GOARCH words, none of which may be ours.</summary>
    public IReadOnlyList<string> ExcludesArchitectures { get; init; } = [];

    /// <summary>The oldest kernel that the rule is for.</summary>
    public Version? LeastKernel { get; init; }

    public bool Applies(HostFacts host, CapabilitySet bounding) =>
        IncludesCapabilities.All(bounding.Has)
        && !ExcludesCapabilities.Any(bounding.Has)
        && (IncludesArchitectures.Count == 0 || IncludesArchitectures.Contains(host.Architecture))
        && !ExcludesArchitectures.Contains(host.Architecture)
        && (LeastKernel is null || host.KernelVersion >= LeastKernel);
}
