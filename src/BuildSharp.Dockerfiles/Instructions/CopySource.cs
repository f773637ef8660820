using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>One source of COPY or ADD.</summary>
public abstract record CopySource
{
    private protected CopySource()
    {
    }
}

/// <summary>A path, a pattern or, for ADD, a URL.</summary>
/// <param name="Path">The path as written, or expanded.</param>
/// <param name="Span">Place of the source.</param>
public sealed record PathSource(string Path, SourceSpan Span) : CopySource;

/// <summary>A file whose content is a heredoc in the Dockerfile.</summary>
/// <param name="Name">Name of the file.</param>
/// <param name="Content">Content of the file: without leading tabs for <c>&lt;&lt;-</c>, expanded when the instruction is.</param>
/// <param name="Heredoc">The heredoc as written.</param>
public sealed record HeredocSource(string Name, string Content, Heredoc Heredoc) : CopySource;
