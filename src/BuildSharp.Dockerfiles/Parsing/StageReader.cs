namespace BuildSharp.Dockerfiles.Parsing;

/// <summary>The fourth pass: instructions become stages.</summary>
/// <param name="diagnostics">Where mistakes go.</param>
/// <param name="keeps">Whether the stages are wanted, or only what is wrong about their order.</param>
internal sealed class StageReader(DiagnosticBag diagnostics, bool keeps = true)
{
    private readonly List<Instruction> instructions = [];
    private readonly List<ArgInstruction> globalArguments = [];
    private readonly List<Stage> stages = [];
    private List<Instruction> current = [];
    private bool inStage;
    private bool inBrokenStage;
    private Instruction? last;
    private bool reportedMissingStage;

    /// <summary>Every valid instruction.</summary>
    public IReadOnlyList<Instruction> Instructions => instructions;

    /// <summary>ARG before the first FROM.</summary>
    public IReadOnlyList<ArgInstruction> GlobalArguments => globalArguments;

    /// <summary>The stages.</summary>
    public IReadOnlyList<Stage> Stages => stages;

    /// <summary>Takes the next statement and what became of it.</summary>
    public void Add(Statement statement, Instruction? instruction)
    {
        if (instruction is null)
        {
            // What follows a FROM that is in error belongs to a stage all the same.
            inBrokenStage |= statement.Name == "FROM" || statement.Form == ArgumentForm.Unknown;
            return;
        }

        last = instruction;
        if (keeps) instructions.Add(instruction);
        if (instruction is FromInstruction from)
        {
            inStage = true;
            current = [];
            if (keeps) stages.Add(new Stage(stages.Count, from, current));
        }
        else if (inStage)
        {
            if (keeps) current.Add(instruction);
        }
        else if (instruction is ArgInstruction arg)
        {
            if (keeps) globalArguments.Add(arg);
        }
        else if (!inBrokenStage && !reportedMissingStage)
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
        diagnostics.Error(last?.Span ?? new SourceSpan(source, new(1, 1), new(1, 1)), "dockerfile contains no stages to build", "no FROM statement found: a Dockerfile has at least a line FROM image.");
    }
}
