using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Dockerfiles.Lines;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Parsing;

/// <summary>A statement and the instruction created from it.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Instruction">The instruction; null when the statement is invalid.</param>
internal readonly record struct ReadStatement(Statement Statement, Instruction? Instruction);

/// <summary>Runs all passes over one or several files, and the last pass itself: groups instructions into stages.</summary>
internal sealed class TreeReader(IReadOnlyList<SourceText> sources)
{
    /// <summary>Maximum number of instructions of a Dockerfile. Handwritten files have dozens, generated ones some thousand.</summary>
    public const int MostInstructions = 65_536;

    private readonly DiagnosticBag _diagnostics = new();
    private readonly List<Directive> _directives = [];
    private readonly List<ReadStatement> _read = [];

    /// <summary>Parses the files.</summary>
    public Dockerfile Read()
    {
        var order = new StageOrder(_diagnostics);
        foreach (var source in sources)
        {
            ReadFile(source, order);
        }

        if (_diagnostics.ErrorCount == 0)
        {
            order.RequireOne(sources[^1]);
        }

        var instructions = _read.Select(read => read.Instruction).OfType<Instruction>().ToList();
        return new Dockerfile
        {
            Everything = _read,
            Sources = sources,
            Directives = _directives,
            Statements = _read.ConvertAll(read => read.Statement),
            Instructions = instructions,
            GlobalArguments = [.. instructions.TakeWhile(instruction => instruction is not FromInstruction).OfType<ArgInstruction>()],
            Stages = Stages(instructions),
            Diagnostics = _diagnostics.InOrderOf(sources),
            ErrorCount = _diagnostics.ErrorCount,
        };
    }

    private void ReadFile(SourceText source, StageOrder order)
    {
        var (errors, before) = (_diagnostics.ErrorCount, _read.Count);
        var directives = new DirectiveReader(_diagnostics);
        var statements = new StatementParser(new LogicalLineReader(source, directives), _diagnostics, directives);
        var instructions = new InstructionParser(_diagnostics);
        while (statements.TryReadNext(out var statement))
        {
            if (statement is null)
            {
                continue;
            }

            if (_read.Count == MostInstructions)
            {
                _diagnostics.Error(
                    statement.Span,
                    FormattableString.Invariant($"a Dockerfile has at most {MostInstructions:N0} instructions, and this is one more"),
                    "Join instructions, or build the image in several Dockerfiles, each FROM the one before.");
                break;
            }

            var read = new ReadStatement(statement, instructions.Parse(statement));
            order.Add(read.Statement, read.Instruction);
            _read.Add(read);
        }

        _directives.AddRange(directives.Directives);
        if (_read.Count == before && _diagnostics.ErrorCount == errors)
        {
            var start = new SourcePosition(1, 1);
            _diagnostics.Error(
                new SourceSpan(source, start, start),
                source.Text.Length == 0 ? "file with no instructions: the Dockerfile cannot be empty" : "file with no instructions",
                "A Dockerfile has at least a line FROM image.");
        }
    }

    private static List<Stage> Stages(List<Instruction> all)
    {
        var stages = new List<Stage>();
        var instructions = new List<Instruction>();
        foreach (var instruction in all)
        {
            if (instruction is FromInstruction from)
            {
                stages.Add(new Stage(stages.Count, from, instructions = []));
            }
            else
            {
                instructions.Add(instruction);
            }
        }

        return stages;
    }
}
