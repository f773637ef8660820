namespace BuildSharp.Dockerfiles.Lines;

/// <summary>An instruction's text, put together from its physical lines.</summary>
/// <param name="Text">Where the line stands: the file's whole text, or when it was continued a text of its own, continuations joined with
/// nothing between, comments and blank lines inside them gone.</param>
/// <param name="Start">Its first character that is no blank.</param>
/// <param name="End">Just past its last character that is no blank.</param>
/// <param name="Map">From offsets in the text to places in the file.</param>
/// <param name="Span">First to last physical line, without heredoc bodies.</param>
/// <param name="Comments">The comment lines directly above, without <c>#</c> and the space around.</param>
/// <param name="EmptyContinuation">The last line of the text, when a blank line stood inside a continuation.</param>
internal sealed record LogicalLine(
    string Text, int Start, int End, LineMap Map, SourceSpan Span, IReadOnlyList<Word> Comments, SourceSpan? EmptyContinuation);
