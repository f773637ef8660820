namespace BuildSharp.Dockerfiles.Parsing;

/// <summary>Watches that instructions come in an order that makes stages.</summary>
/// <param name="diagnostics">Where mistakes go.</param>
internal sealed class StageOrder(DiagnosticBag diagnostics)
{
    private bool inStage;
    private bool inBrokenStage;
    private SourceSpan? last;
    private bool reportedMissingStage;

    /// <summary>Takes the next statement and what became of it.</summary>
    public void Add(Statement statement, Instruction? instruction)
    {
        if (instruction is null)
        {
            // What follows a FROM that is in error belongs to a stage all the same.
            inBrokenStage |= statement.Name == "FROM" || statement.Form == ArgumentForm.Unknown;
            return;
        }

        last = instruction.Span;
        if (instruction is FromInstruction)
        {
            inStage = true;
        }
        else if (!inStage && instruction is not ArgInstruction && !inBrokenStage && !reportedMissingStage)
        {
            reportedMissingStage = true;
            diagnostics.Error(
                instruction.Span,
                $"no build stage in current context: {instruction.Name} comes before the first FROM",
                "stage 1 requires a FROM instruction: only ARG may come before it.");
        }
    }

    /// <summary>Checks that there is a stage at all.</summary>
    public void RequireOne(SourceText source)
    {
        if (inStage) return;
        diagnostics.Error(last ?? new SourceSpan(source, new(1, 1), new(1, 1)), "dockerfile contains no stages to build", "no FROM statement found: a Dockerfile has at least a line FROM image.");
    }
}
