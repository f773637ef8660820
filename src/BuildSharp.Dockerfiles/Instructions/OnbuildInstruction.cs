using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>ONBUILD: an instruction to run in builds that are based on this image.</summary>
public sealed record OnbuildInstruction : Instruction
{
    internal OnbuildInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>The instruction to run, parsed and checked.</summary>
    public required Instruction Trigger { get; init; }

    /// <summary>The text for the image's config: as written, including heredoc bodies.</summary>
    public string TriggerText => Trigger.Statement.Heredocs.Count == 0
        ? Trigger.Original
        : HeredocLine.WithBodies(Trigger.Original, Trigger.Statement.Heredocs);
}
