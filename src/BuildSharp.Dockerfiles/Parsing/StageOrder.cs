namespace BuildSharp.Dockerfiles.Parsing;

/// <summary>Watches that instructions come in an order that makes stages.</summary>
/// <param name="diagnostics">Where mistakes go.</param>
internal sealed class StageOrder(DiagnosticBag diagnostics)
{
    private bool _inStage;
    private bool _inBrokenStage;
    private SourceSpan? _last;
    private bool _reportedMissingStage;

    /// <summary>Takes the next statement and what became of it.</summary>
    public void Add(Statement statement, Instruction? instruction)
    {
        if (instruction is null)
        {
            // What follows a FROM that is in error belongs to a stage all the same.
            _inBrokenStage |= statement.Name == "FROM" || statement.Form == ArgumentForm.Unknown;
            return;
        }

        _last = instruction.Span;
        if (instruction is FromInstruction)
        {
            _inStage = true;
        }
        else if (!_inStage && instruction is not ArgInstruction && !_inBrokenStage && !_reportedMissingStage)
        {
            _reportedMissingStage = true;
            diagnostics.Error(
                instruction.Span,
                $"no build stage in current context: {instruction.Name} comes before the first FROM",
                "stage 1 requires a FROM instruction: only ARG may come before it.");
        }
    }

    /// <summary>Checks that there is a stage at all.</summary>
    public void RequireOne(SourceText source)
    {
        if (_inStage)
        {
            return;
        }

        diagnostics.Error(_last ?? new SourceSpan(source, new(1, 1), new(1, 1)), "dockerfile contains no stages to build", "no FROM statement found: a Dockerfile has at least a line FROM image.");
    }
}
