namespace BuildSharp.Dockerfiles.Lines;

/// <summary>The text of one instruction, joined from its physical lines.</summary>
/// <param name="Text">The text that contains the line: the whole file or, for a continued line, a new text with continuations joined and
/// comments and blank lines removed.</param>
/// <param name="Start">Offset of the first character that is not blank.</param>
/// <param name="End">Offset after the last character that is not blank.</param>
/// <param name="Map">Maps offsets in the text to places in the file.</param>
/// <param name="Span">From the first to the last physical line, without heredoc bodies.</param>
/// <param name="Comments">The comment lines directly above, without <c>#</c> and surrounding white space.</param>
/// <param name="EmptyContinuation">Place of the last line, if the text contained a blank line in a continuation; null otherwise.</param>
internal sealed record LogicalLine(
    string Text, int Start, int End, LineMap Map, SourceSpan Span, IReadOnlyList<Word> Comments, SourceSpan? EmptyContinuation);
