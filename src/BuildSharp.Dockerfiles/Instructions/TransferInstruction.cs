using BuildSharp.Dockerfiles.Expansion;

namespace BuildSharp.Dockerfiles;

/// <summary>What COPY and ADD have in common.</summary>
public abstract record TransferInstruction : Instruction
{
    private protected TransferInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>What is copied, in the order written; at least one.</summary>
    public required IReadOnlyList<CopySource> Sources { get; init; }

    /// <summary>Where to; a trailing slash says directory.</summary>
    public required string Destination { get; init; }

    /// <summary><c>--chown</c> as <c>user[:group]</c>, or null.</summary>
    public string? Chown { get; init; }

    /// <summary><c>--chmod</c>, octal or symbolic, or null.</summary>
    public string? Chmod { get; init; }

    /// <summary><c>--link</c>.</summary>
    public bool Link { get; init; }

    /// <summary>The <c>--exclude</c> patterns in order.</summary>
    public IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>The instruction's common words, expanded.</summary>
    private protected TransferInstruction ExpandCommon(InstructionExpander expander) => this with
    {
        Sources = InstructionExpander.Each(Sources, expander.Source),
        Destination = expander.Word(Destination),
        Chown = expander.Optional(Chown),
        Chmod = expander.Optional(Chmod),
        Excludes = InstructionExpander.Each(Excludes, pattern => expander.Word(pattern)),
    };
}
