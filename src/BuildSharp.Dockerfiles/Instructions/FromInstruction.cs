using BuildSharp.Dockerfiles.Expansion;

namespace BuildSharp.Dockerfiles;

/// <summary>FROM: begins a stage.</summary>
public sealed record FromInstruction : Instruction
{
    internal FromInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>The base: <c>scratch</c>, an earlier stage, a named context or an image reference.</summary>
    public required string Image { get; init; }

    /// <summary>The stage's name as written, or null.</summary>
    public string? StageName { get; init; }

    /// <summary>Where the name stands.</summary>
    public SourceSpan? StageNameSpan { get; init; }

    /// <summary>Where the image stands.</summary>
    public required SourceSpan ImageSpan { get; init; }

    /// <summary>The word between image and name as written (<c>AS</c>), or null.</summary>
    public string? AsWord { get; init; }

    /// <summary>The value of <c>--platform</c>, or null.</summary>
    public string? Platform { get; init; }

    /// <summary>A stage that must be built before this one's base is looked up (<c>--after</c>, buildah), or null.</summary>
    public string? After { get; init; }

    private protected override Instruction Expand(InstructionExpander expander) => this with
    {
        Image = expander.Base(Image, ImageSpan),
        Platform = expander.Optional(Platform),
        StageName = expander.Optional(StageName),
    };
}
