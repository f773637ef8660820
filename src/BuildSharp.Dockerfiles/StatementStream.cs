using BuildSharp.Dockerfiles.Parsing;

namespace BuildSharp.Dockerfiles;

/// <summary>A file's statements one after another, checked by all the rules that <see cref="DockerfileParser"/> has, and not kept.</summary>
public sealed class StatementStream
{
    private readonly SourceText source;
    private readonly DiagnosticBag diagnostics = new();

    internal StatementStream(SourceText source) => this.source = source;

    /// <summary>What was wrong or doubtful in what has been read, by place.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics => diagnostics.InOrderOf([source]);

    /// <summary>How many errors there were in what has been read; only the first hundred are in <see cref="Diagnostics"/>.</summary>
    public int ErrorCount => diagnostics.ErrorCount;

    /// <summary>Reads on; to be enumerated once.</summary>
    public IEnumerable<Statement> Read()
    {
        var parser = new InstructionParser(diagnostics);
        var stages = new StageReader(diagnostics, keeps: false);
        foreach (var statement in DockerfileParser.Read(source, [], diagnostics))
        {
            stages.Add(statement, parser.Parse(statement));
            yield return statement;
        }

        if (diagnostics.ErrorCount == 0) stages.RequireOne(source);
    }
}
