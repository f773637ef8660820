using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>ADD: as COPY, but unpacks archives and fetches URLs and git repositories.</summary>
public sealed record AddInstruction : AddOrCopyInstruction
{
    internal AddInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary><c>--checksum</c>: a digest, or for a git source the start of a commit; null if not given.</summary>
    public string? Checksum { get; init; }

    /// <summary><c>--keep-git-dir</c>; null if not given.</summary>
    public bool? KeepGitDir { get; init; }

    /// <summary><c>--unpack</c>; null to unpack local archives but not remote ones.</summary>
    public bool? Unpack { get; init; }

    private protected override Instruction Expand(InstructionExpander expander) =>
        (AddInstruction)ExpandCommon(expander) with { Checksum = expander.Optional(Checksum) };
}
