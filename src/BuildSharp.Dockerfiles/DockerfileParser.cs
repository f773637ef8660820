using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Parsing;
using BuildSharp.Notation;

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
        if (dockerfile.ErrorCount == 0)
        {
            return dockerfile;
        }
        // A plan finds those of the stages that get built. There will be no plan, and who mends one mistake wants to know of the next.
        var all = new DiagnosticBag();
        all.Errors(dockerfile.Diagnostics.Where(d => d.Severity == Severity.Error));
        var more = dockerfile.ErrorCount - all.ErrorCount;
        all.Errors(dockerfile.Instructions.SelectMany(WordCheck.Of));
        throw new DockerfileException(all.InOrderOf(sources), all.ErrorCount + more);
    }

    /// <summary>Parses files for tools that want the tree even when there are mistakes in it: they are in its diagnostics.</summary>
    public static Dockerfile Read(IReadOnlyList<SourceText> sources) => new TreeReader(sources).Read();
}
