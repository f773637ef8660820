using BuildSharp.Dockerfiles.Lines;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Parsing;

/// <summary>A statement, where it is read from, and what became of it.</summary>
/// <param name="Place">From here it can be read again.</param>
/// <param name="Statement">The statement.</param>
/// <param name="Instruction">Null when it breaks a rule.</param>
internal readonly record struct ReadStatement(LinePlace Place, Statement Statement, Instruction? Instruction);

/// <summary>The passes over one file, one statement after another.</summary>
internal static class FileReader
{
    /// <summary>Reads a whole file, which must have a statement.</summary>
    public static IEnumerable<ReadStatement> Read(SourceText source, DirectiveReader directives, DiagnosticBag diagnostics)
    {
        var errors = diagnostics.ErrorCount;
        var any = false;
        foreach (var read in Read(source, default, directives, diagnostics))
        {
            any = true;
            yield return read;
        }

        if (any || diagnostics.ErrorCount > errors)
        {
            yield break;
        }

        var start = new SourcePosition(1, 1);
        diagnostics.Error(
            new SourceSpan(source, start, start),
            source.Text.Length == 0 ? "file with no instructions: the Dockerfile cannot be empty" : "file with no instructions",
            "A Dockerfile has at least a line FROM image.");
    }

    /// <summary>Reads on from a place that lies before a statement.</summary>
    /// <param name="source">The file.</param>
    /// <param name="place">The place; none at all is the file's start.</param>
    /// <param name="directives">Gets the directives when the place is the file's start, and otherwise knows them.</param>
    /// <param name="diagnostics">What is wrong or doubtful.</param>
    public static IEnumerable<ReadStatement> Read(SourceText source, LinePlace place, DirectiveReader directives, DiagnosticBag diagnostics)
    {
        var lines = new LogicalLineReader(source, directives) { Cursor = new LineCursor(source, place) };
        var statements = new StatementParser(lines, diagnostics, directives);
        var instructions = new InstructionParser(diagnostics);
        for (; statements.TryReadNext(out var statement); place = lines.Cursor.Here)
        {
            if (statement is not null)
            {
                yield return new ReadStatement(place, statement, instructions.Parse(statement));
            }
        }
    }
}
