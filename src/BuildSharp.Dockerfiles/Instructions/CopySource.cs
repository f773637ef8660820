namespace BuildSharp.Dockerfiles;

/// <summary>One source of COPY or ADD.</summary>
public abstract record CopySource
{
    private protected CopySource()
    {
    }
}

/// <summary>A path, a pattern, or of ADD a URL.</summary>
/// <param name="Path">As written, or expanded.</param>
/// <param name="Span">Where it stands.</param>
public sealed record PathSource(string Path, SourceSpan Span) : CopySource;

/// <summary>A file whose content stands in the Dockerfile.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Content">What it holds: tabs stripped when <c>&lt;&lt;-</c> said so, expanded once the instruction is.</param>
/// <param name="Heredoc">The heredoc as written.</param>
public sealed record HeredocSource(string Name, string Content, Heredoc Heredoc) : CopySource;
