using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Parsing;

/// <summary>Checks the order of instructions: all but ARG must follow a FROM.</summary>
/// <param name="diagnostics">Receives errors.</param>
internal sealed class StageOrder(DiagnosticBag diagnostics)
{
    private bool _inStage;
    private bool _inBrokenStage;
    private SourceSpan? _last;
    private bool _reportedMissingStage;

    /// <summary>Processes the next statement and its instruction.</summary>
    public void Add(Statement statement, Instruction? instruction)
    {
        if (instruction is null)
        {
            // Instructions after an invalid FROM still belong to a stage.
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

    /// <summary>Reports an error if there is no stage.</summary>
    public void RequireOne(SourceText source)
    {
        if (_inStage)
        {
            return;
        }

        diagnostics.Error(_last ?? new SourceSpan(source, new(1, 1), new(1, 1)), "dockerfile contains no stages to build", "no FROM statement found: a Dockerfile has at least a line FROM image.");
    }
}
