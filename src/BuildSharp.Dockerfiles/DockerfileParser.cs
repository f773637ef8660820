using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Parsing;
using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles;

/// <summary>Parses Dockerfiles in passes: lines, statements, instructions, stages.</summary>
public static class DockerfileParser
{
    /// <summary>Parses a Dockerfile for a build.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="fileName">Name of the file as the user wrote it.</param>
    /// <exception cref="DockerfileException">The file has errors; the exception contains all of them.</exception>
    public static Dockerfile Parse(string text, string fileName) => Parse([new SourceText(text, fileName)]);

    /// <summary>Parses the bytes of a Dockerfile for a build.</summary>
    /// <param name="bytes">Content of the file; bytes that are not UTF-8 are preserved (<see cref="LosslessUtf8"/>).</param>
    /// <param name="fileName">Name of the file as the user wrote it.</param>
    /// <exception cref="DockerfileException">The file has errors; the exception contains all of them.</exception>
    public static Dockerfile Parse(ReadOnlySpan<byte> bytes, string fileName) => Parse([SourceText.FromBytes(bytes, fileName)]);

    /// <summary>Parses several files as one. Each has its own directives; instructions at the start of a later file belong to the last
    /// stage of the previous one.</summary>
    /// <exception cref="DockerfileException">The files have errors; the exception contains all of them.</exception>
    public static Dockerfile Parse(IReadOnlyList<SourceText> sources)
    {
        var dockerfile = Read(sources);
        if (dockerfile.ErrorCount == 0)
        {
            return dockerfile;
        }
        // A file with errors gets no build plan, which would check the words. Check them here, to report all errors at once.
        var all = new DiagnosticBag();
        all.Errors(dockerfile.Diagnostics.Where(d => d.Severity == Severity.Error));
        var more = dockerfile.ErrorCount - all.ErrorCount;
        all.Errors(dockerfile.Instructions.SelectMany(WordCheck.Of));
        throw new DockerfileException(all.InOrderOf(sources), all.ErrorCount + more);
    }

    /// <summary>Parses files for tools that need the tree even if there are errors, which are in its diagnostics.</summary>
    public static Dockerfile Read(IReadOnlyList<SourceText> sources) => new TreeReader(sources).Read();
}
