using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>COPY: copies files from the context, a stage or an image.</summary>
public sealed record CopyInstruction : AddOrCopyInstruction
{
    internal CopyInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary><c>--from</c>: name or number of a stage, a named context or an image; null to copy from the context.</summary>
    public string? From { get; init; }

    /// <summary>Place of <c>--from</c>; null if not given.</summary>
    public SourceSpan? FromSpan { get; init; }

    /// <summary><c>--parents</c>: whether to keep the sources' directories below the destination.</summary>
    public bool Parents { get; init; }

    private protected override Instruction Expand(InstructionExpander expander) =>
        (CopyInstruction)ExpandCommon(expander) with { From = expander.Optional(From) };
}
