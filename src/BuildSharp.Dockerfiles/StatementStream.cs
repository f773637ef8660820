using BuildSharp.Dockerfiles.Lines;
using BuildSharp.Dockerfiles.Parsing;

namespace BuildSharp.Dockerfiles;

/// <summary>A file's statements one after another, checked by all the rules that <see cref="DockerfileParser"/> has, and not kept.</summary>
public sealed class StatementStream
{
    private readonly SourceText _source;
    private readonly DiagnosticBag _diagnostics = new();

    internal StatementStream(SourceText source) => _source = source;

    /// <summary>What was wrong or doubtful in what has been read, by place.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics => _diagnostics.InOrderOf([_source]);

    /// <summary>How many errors there were in what has been read; only the first hundred are in <see cref="Diagnostics"/>.</summary>
    public int ErrorCount => _diagnostics.ErrorCount;

    /// <summary>Reads on; to be enumerated once.</summary>
    public IEnumerable<Statement> Read()
    {
        var stages = new StageOrder(_diagnostics);
        foreach (var read in FileReader.Read(_source, new DirectiveReader(_diagnostics), _diagnostics))
        {
            stages.Add(read.Statement, read.Instruction);
            yield return read.Statement;
        }

        if (_diagnostics.ErrorCount == 0)
        {
            stages.RequireOne(_source);
        }
    }
}
