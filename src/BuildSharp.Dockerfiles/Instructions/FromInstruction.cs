using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>FROM: starts a build stage.</summary>
public sealed record FromInstruction : Instruction
{
    internal FromInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>The base: <c>scratch</c>, an earlier stage, a named context or an image reference.</summary>
    public required string Image { get; init; }

    /// <summary>Name of the stage as written; null for none.</summary>
    public string? StageName { get; init; }

    /// <summary>Place of the name; null for none.</summary>
    public SourceSpan? StageNameSpan { get; init; }

    /// <summary>Place of the image.</summary>
    public required SourceSpan ImageSpan { get; init; }

    /// <summary>The keyword between image and name as written (<c>AS</c>); null for none.</summary>
    public string? AsWord { get; init; }

    /// <summary>Value of <c>--platform</c>; null if not given.</summary>
    public string? Platform { get; init; }

    /// <summary><c>--after</c> (buildah): a stage to build before this one's base is looked up; null if not given.</summary>
    public string? After { get; init; }

    private protected override Instruction Expand(InstructionExpander expander) => this with
    {
        Image = expander.Base(Image, ImageSpan),
        Platform = expander.Optional(Platform),
        StageName = expander.Optional(StageName),
    };
}
