using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Seccomp;

/// <summary>A seccomp profile whose rules may depend on capabilities, architecture and kernel version.</summary>
internal sealed record SeccompProfile
{
    /// <summary>Action for calls without a rule, as libseccomp names it.</summary>
    public required string DefaultAction { get; init; }

    public uint? DefaultErrno { get; init; }

    /// <summary>Flags of the filter, as libseccomp names them.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>Architectures, as libseccomp names them; null for the native one and, if requested, compatible ones.</summary>
    public IReadOnlyList<string>? Architectures { get; init; }

    public required IReadOnlyList<SeccompRule> Rules { get; init; }

    /// <summary>The seccomp section of a runtime config, with the rules whose conditions hold.</summary>
    /// <param name="host">Provides architecture and kernel version.</param>
    /// <param name="bounding">The bounding set of the command.</param>
    /// <param name="foreign">Whether to allow compatible architectures. Each one takes libseccomp as long as the native one, which is half
    /// of a
    /// short run. Without them a 32-bit program is killed with SIGSYS.</param>
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

/// <summary>A rule of a profile. All conditions must hold; an empty condition always holds.</summary>
internal sealed record SeccompRule
{
    public required IReadOnlyList<string> Names { get; init; }

    public required string Action { get; init; }

    public uint? Errno { get; init; }

    public IReadOnlyList<SpecSyscallArgument> Arguments { get; init; } = [];

    /// <summary>Capabilities that must all be in the bounding set.</summary>
    public IReadOnlyList<string> IncludesCapabilities { get; init; } = [];

    /// <summary>Capabilities that must not be in the bounding set.</summary>
    public IReadOnlyList<string> ExcludesCapabilities { get; init; } = [];

    /// <summary>Architectures, as in GOARCH, that the rule applies to.</summary>
    public IReadOnlyList<string> IncludesArchitectures { get; init; } = [];

    /// <summary>Architectures, as in GOARCH, that the rule does not apply to.</summary>
    public IReadOnlyList<string> ExcludesArchitectures { get; init; } = [];

    /// <summary>Minimum kernel version.</summary>
    public Version? LeastKernel { get; init; }

    public bool Applies(HostFacts host, CapabilitySet bounding) =>
        IncludesCapabilities.All(bounding.Has)
        && !ExcludesCapabilities.Any(bounding.Has)
        && (IncludesArchitectures.Count == 0 || IncludesArchitectures.Contains(host.Architecture))
        && !ExcludesArchitectures.Contains(host.Architecture)
        && (LeastKernel is null || host.KernelVersion >= LeastKernel);
}
