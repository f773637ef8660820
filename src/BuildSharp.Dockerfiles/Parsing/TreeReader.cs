using BuildSharp.Dockerfiles.Lines;

namespace BuildSharp.Dockerfiles.Parsing;

/// <summary>The fourth pass: the instructions of one or several files become a tree. That of a short file is kept. Of a long one only the
/// places of the stages are: whoever walks the tree reads the text again, one statement at a time.</summary>
/// <param name="sources">The files in order.</param>
/// <param name="keeps">The longest tree that is kept, in statements.</param>
internal sealed class TreeReader(IReadOnlyList<SourceText> sources, int keeps = Rereading.KeptStatements)
{
    private readonly DiagnosticBag _diagnostics = new();
    private readonly List<Directive> _directives = [];
    private readonly char[] _escapes = new char[sources.Count];
    private readonly int[] _firstStages = new int[sources.Count];
    private readonly ChunkedList<StagePlace> _stages = new();
    private readonly List<ReadStatement> _kept = [];
    private int _statements;
    private int _instructions;

    /// <summary>Reads the files.</summary>
    public Dockerfile Read()
    {
        var order = new StageOrder(_diagnostics);
        for (var source = 0; source < sources.Count; source++)
        {
            _firstStages[source] = _stages.Count;
            var header = new DirectiveReader(_diagnostics);
            foreach (var read in FileReader.Read(sources[source], header, _diagnostics))
            {
                order.Add(read.Statement, read.Instruction);
                Add(read);
            }

            _directives.AddRange(header.Directives);
            _escapes[source] = header.EscapeToken;
        }

        if (_diagnostics.ErrorCount == 0)
        {
            order.RequireOne(sources[^1]);
        }

        return _statements <= keeps ? Whole() : Walked();
    }

    private void Add(ReadStatement read)
    {
        if (++_statements <= keeps)
        {
            _kept.Add(read);
        }
        else
        {
            _kept.Clear();
        }

        if (read.Instruction is FromInstruction)
        {
            _stages.Add(new StagePlace(read.Place, _instructions));
        }

        if (read.Instruction is not null)
        {
            _instructions++;
        }
    }

    private Dockerfile Whole()
    {
        Instruction[] all = [.. _kept.Select(read => read.Instruction).OfType<Instruction>()];
        return Tree(
            _kept,
            [.. _kept.Select(read => read.Statement)],
            all,
            [.. all.TakeWhile(instruction => instruction is not FromInstruction).OfType<ArgInstruction>()],
            [.. Enumerable.Range(0, _stages.Count).Select(index => StageOf(index, all))]);
    }

    private Stage StageOf(int index, Instruction[] all)
    {
        var start = _stages[index].InstructionsBefore;
        return new Stage(index, (FromInstruction)all[start], all[(start + 1)..(start + 1 + CountAt(index))]);
    }

    private Dockerfile Walked()
    {
        var all = From(0, default).Select(read => read.Instruction).OfType<Instruction>();
        return Tree(
            From(0, default),
            new RereadList<Statement>(From(0, default).Select(read => read.Statement), _statements),
            new RereadList<Instruction>(all, _instructions),
            all.TakeWhile(instruction => instruction is not FromInstruction).OfType<ArgInstruction>().Reread(),
            new MadeList<Stage>(StageAt, _stages.Count));
    }

    private Stage StageAt(int index)
    {
        var all = From(Array.FindLastIndex(_firstStages, first => first <= index), _stages[index].Place).Select(read => read.Instruction).OfType<Instruction>();
        var count = CountAt(index);
        return new Stage(index, (FromInstruction)all.First(), count == 0 ? [] : new RereadList<Instruction>(all.Skip(1).Take(count), count));
    }

    /// <summary>How many instructions follow a stage's FROM.</summary>
    private int CountAt(int index) =>
        (index + 1 < _stages.Count ? _stages[index + 1].InstructionsBefore : _instructions) - _stages[index].InstructionsBefore - 1;

    /// <summary>What the files have from a place on. What is wrong with it was told when they were read first.</summary>
    private IEnumerable<ReadStatement> From(int source, LinePlace place)
    {
        var told = new DiagnosticBag();
        for (; source < sources.Count; source++, place = default)
        {
            var header = place == default ? new DirectiveReader(told) : new DirectiveReader(told, _escapes[source]);
            foreach (var read in FileReader.Read(sources[source], place, header, told))
            {
                yield return read;
            }
        }
    }

    private Dockerfile Tree(
        IEnumerable<ReadStatement> everything,
        IReadOnlyList<Statement> statements,
        IReadOnlyList<Instruction> instructions,
        IReadOnlyList<ArgInstruction> globalArguments,
        IReadOnlyList<Stage> stages) => new()
        {
            Everything = everything,
            Sources = sources,
            Directives = _directives,
            Statements = statements,
            Instructions = instructions,
            GlobalArguments = globalArguments,
            Stages = stages,
            Diagnostics = _diagnostics.InOrderOf(sources),
            ErrorCount = _diagnostics.ErrorCount,
        };

    /// <param name="Place">Before the FROM line.</param>
    /// <param name="InstructionsBefore">How many valid instructions come before it.</param>
    private readonly record struct StagePlace(LinePlace Place, int InstructionsBefore);
}
