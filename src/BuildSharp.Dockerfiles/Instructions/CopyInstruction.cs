using BuildSharp.Dockerfiles.Expansion;

namespace BuildSharp.Dockerfiles;

/// <summary>COPY: files from the context, a stage or an image.</summary>
public sealed record CopyInstruction : TransferInstruction
{
    internal CopyInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary><c>--from</c>: a stage's name or number, a named context or an image; null copies from the context.</summary>
    public string? From { get; init; }

    /// <summary>Where <c>--from</c> stands.</summary>
    public SourceSpan? FromSpan { get; init; }

    /// <summary><c>--parents</c>: whether the sources' directories are kept below the destination.</summary>
    public bool Parents { get; init; }

    private protected override Instruction Expand(InstructionExpander expander) =>
        (CopyInstruction)ExpandCommon(expander) with { From = expander.Optional(From) };
}
