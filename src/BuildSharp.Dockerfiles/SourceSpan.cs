namespace BuildSharp.Dockerfiles;

/// <summary>A position in a file, counted from 1; columns count UTF-16 units.</summary>
/// <param name="Line">Number of the physical line.</param>
/// <param name="Column">Column in the line.</param>
public readonly record struct SourcePosition(int Line, int Column)
{
    /// <summary><c>line:column</c>.</summary>
    public override string ToString() => $"{Line}:{Column}";
}

/// <summary>A range of a file, such as that of an instruction, a flag or a word; includes continuation lines and heredoc bodies.</summary>
/// <param name="Source">The file.</param>
/// <param name="Start">First character.</param>
/// <param name="End">Position after the last character, always on the last line of the range and never at column 1 of the next.</param>
public readonly record struct SourceSpan(SourceText Source, SourcePosition Start, SourcePosition End)
{
    /// <summary>Name of the file as the user wrote it.</summary>
    public string FileName => Source.Name;

    /// <summary>From the start of this span to the end of another in the same file.</summary>
    public SourceSpan To(SourceSpan last) => this with { End = last.End };

    /// <summary><c>file:line:column</c> of the start.</summary>
    public override string ToString() => $"{FileName}:{Start}";
}

/// <summary>A piece of text and its place.</summary>
/// <param name="Text">The text; for a flag without its quotes, for a word with them.</param>
/// <param name="Span">Its place.</param>
public readonly record struct Word(string Text, SourceSpan Span)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}
