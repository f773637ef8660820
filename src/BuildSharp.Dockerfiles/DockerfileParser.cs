using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Lines;
using BuildSharp.Dockerfiles.Parsing;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles;

/// <summary>Text to tree, in passes: lines, statements, instructions, stages.</summary>
public static class DockerfileParser
{
    /// <summary>Parses a Dockerfile that is to be built.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="fileName">The name as the user spelled it.</param>
    /// <exception cref="DockerfileException">It has mistakes; all of them are in the message.</exception>
    public static Dockerfile Parse(string text, string fileName) => Parse([new SourceText(text, fileName)]);

    /// <summary>Parses a Dockerfile that is to be built, from its bytes.</summary>
    /// <param name="bytes">The file's bytes; those that are not UTF-8 are kept (<see cref="LosslessUtf8"/>).</param>
    /// <param name="fileName">The name as the user spelled it.</param>
    /// <exception cref="DockerfileException">It has mistakes; all of them are in the message.</exception>
    public static Dockerfile Parse(ReadOnlySpan<byte> bytes, string fileName) => Parse([SourceText.FromBytes(bytes, fileName)]);

    /// <summary>Parses several files as one: each has its own directives, and the instructions of later ones go on from the last stage
    /// of the earlier.</summary>
    /// <exception cref="DockerfileException">They have mistakes; all of them are in the message.</exception>
    public static Dockerfile Parse(IReadOnlyList<SourceText> sources)
    {
        var dockerfile = Read(sources);
        if (dockerfile.ErrorCount == 0) return dockerfile;
        // A plan finds those of the stages that get built. There will be no plan, and who mends one mistake wants to know of the next.
        Diagnostic[] words = [.. dockerfile.Instructions.SelectMany(WordCheck.Of)];
        var all = new DiagnosticBag();
        foreach (var mistake in dockerfile.Diagnostics.Where(d => d.Severity == Severity.Error).Concat(words)) all.Error(mistake);
        throw new DockerfileException(all.InOrderOf(sources), dockerfile.ErrorCount + words.Length);
    }

    /// <summary>Parses files for tools that want the tree even when there are mistakes in it: they are in its diagnostics.</summary>
    public static Dockerfile Read(IReadOnlyList<SourceText> sources)
    {
        var diagnostics = new DiagnosticBag();
        var statements = new List<Statement>();
        var directives = new List<Directive>();
        foreach (var source in sources) statements.AddRange(Read(source, directives, diagnostics));

        var parser = new InstructionParser(diagnostics);
        var stages = new StageReader(diagnostics);
        foreach (var statement in statements) stages.Add(statement, parser.Parse(statement));
        if (diagnostics.ErrorCount == 0) stages.RequireOne(sources[^1]);
        return new Dockerfile
        {
            Sources = sources,
            Directives = directives,
            Statements = statements,
            Instructions = stages.Instructions,
            GlobalArguments = stages.GlobalArguments,
            Stages = stages.Stages,
            Diagnostics = diagnostics.InOrderOf(sources),
            ErrorCount = diagnostics.ErrorCount,
        };
    }

    /// <summary>Reads one file for a tool that looks at each statement once. The tree is never held as a whole, so that a file of a million
    /// short lines needs little more than its text.</summary>
    public static StatementStream Stream(SourceText source) => new(source);

    internal static IEnumerable<Statement> Read(SourceText source, List<Directive> directives, DiagnosticBag diagnostics)
    {
        var errors = diagnostics.ErrorCount;
        var any = false;
        var header = new DirectiveReader(diagnostics);
        var parser = new StatementParser(new LogicalLineReader(source, header), diagnostics, header);
        while (parser.TryReadNext(out var statement))
        {
            if (statement is null) continue;
            any = true;
            yield return statement;
        }

        directives.AddRange(header.Directives);
        if (any || diagnostics.ErrorCount > errors) yield break;
        var start = new SourcePosition(1, 1);
        diagnostics.Error(
            new SourceSpan(source, start, start),
            source.Text.Length == 0 ? "file with no instructions: the Dockerfile cannot be empty" : "file with no instructions",
            "A Dockerfile has at least a line FROM image.");
    }
}
