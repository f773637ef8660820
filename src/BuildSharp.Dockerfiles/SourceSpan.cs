namespace BuildSharp.Dockerfiles;

/// <summary>A place in a file, counted from 1 as editors do; columns count UTF-16 units.</summary>
/// <param name="Line">Physical line.</param>
/// <param name="Column">Column on that line.</param>
public readonly record struct SourcePosition(int Line, int Column)
{
    /// <summary><c>line:column</c>.</summary>
    public override string ToString() => $"{Line}:{Column}";
}

/// <summary>A stretch of a file: what an instruction, a flag or a word covers, continuation lines and heredoc bodies included.</summary>
/// <param name="Source">The file.</param>
/// <param name="Start">First character.</param>
/// <param name="End">Just past the last character; on the last line covered, never at column 1 of the line after it.</param>
public readonly record struct SourceSpan(SourceText Source, SourcePosition Start, SourcePosition End)
{
    /// <summary>The file's name as the user spelled it.</summary>
    public string FileName => Source.Name;

    /// <summary>From the start of this span to the end of another one of the same file.</summary>
    public SourceSpan To(SourceSpan last) => this with { End = last.End };

    /// <summary><c>file:line:column</c> of the start.</summary>
    public override string ToString() => $"{FileName}:{Start}";
}

/// <summary>A piece of text and where it stood.</summary>
/// <param name="Text">The text, as the place it occurs in defines it: a flag without its quotes, a word with them.</param>
/// <param name="Span">Where it stood.</param>
public readonly record struct Word(string Text, SourceSpan Span)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}
