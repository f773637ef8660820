namespace BuildSharp.Dockerfiles;

/// <summary>ONBUILD: keeps an instruction for the builds that start from this image.</summary>
public sealed record OnbuildInstruction : Instruction
{
    internal OnbuildInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>The instruction kept, parsed and checked.</summary>
    public required Instruction Trigger { get; init; }

    /// <summary>The text that goes into the image's config: as written, heredoc bodies included.</summary>
    public string TriggerText => Trigger.Statement.Heredocs.Count == 0
        ? Trigger.Original
        : HeredocLine.WithBodies(Trigger.Original, Trigger.Statement.Heredocs);
}
