using BuildSharp.Dockerfiles.Expansion;

namespace BuildSharp.Dockerfiles;

/// <summary>ADD: as COPY, but archives are unpacked, and URLs and git repositories are fetched.</summary>
public sealed record AddInstruction : TransferInstruction
{
    internal AddInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary><c>--checksum</c>: a digest, or of a git source the start of a commit; null without the flag.</summary>
    public string? Checksum { get; init; }

    /// <summary><c>--keep-git-dir</c>; null without the flag.</summary>
    public bool? KeepGitDir { get; init; }

    /// <summary><c>--unpack</c>; null leaves it to the kind of source: local archives yes, remote ones no.</summary>
    public bool? Unpack { get; init; }

    private protected override Instruction Expand(InstructionExpander expander) =>
        (AddInstruction)ExpandCommon(expander) with { Checksum = expander.Optional(Checksum) };
}
