namespace BuildSharp.Dockerfiles.Lines;

/// <summary>An instruction's text, put together from its physical lines.</summary>
/// <param name="Text">Continuations joined with nothing between, comments and blank lines inside them gone, trimmed.</param>
/// <param name="Map">From offsets in the text to places in the file.</param>
/// <param name="Span">First to last physical line, without heredoc bodies.</param>
/// <param name="Comments">The comment lines directly above, without <c>#</c> and the space around.</param>
/// <param name="EmptyContinuation">The last line of the text, when a blank line stood inside a continuation.</param>
internal sealed record LogicalLine(
    string Text, LineMap Map, SourceSpan Span, IReadOnlyList<Word> Comments, SourceSpan? EmptyContinuation);
