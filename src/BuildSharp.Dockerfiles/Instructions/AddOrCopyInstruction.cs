using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>Common properties of COPY and ADD.</summary>
public abstract record AddOrCopyInstruction : Instruction
{
    private protected AddOrCopyInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>The sources in order; at least one.</summary>
    public required IReadOnlyList<CopySource> Sources { get; init; }

    /// <summary>The destination; a trailing slash means a directory.</summary>
    public required string Destination { get; init; }

    /// <summary><c>--chown</c> as <c>user[:group]</c>; null if not given.</summary>
    public string? Chown { get; init; }

    /// <summary><c>--chmod</c>, octal or symbolic; null if not given.</summary>
    public string? Chmod { get; init; }

    /// <summary><c>--link</c>.</summary>
    public bool Link { get; init; }

    /// <summary><c>--exclude</c> patterns in order.</summary>
    public IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>Expands the common words.</summary>
    private protected AddOrCopyInstruction ExpandCommon(InstructionExpander expander) => this with
    {
        Sources = InstructionExpander.Each(Sources, expander.Source),
        Destination = expander.Word(Destination),
        Chown = expander.Optional(Chown),
        Chmod = expander.Optional(Chmod),
        Excludes = InstructionExpander.Each(Excludes, pattern => expander.Word(pattern)),
    };
}
