namespace BuildSharp.Dockerfiles.Lines;

/// <summary>Where each character of a line stood in the file. Joining removes continuation tokens, comments and line ends, so the
/// map is a list of pieces, each with the line of its first character; all but the first begin in the first column.</summary>
internal sealed class LineMap(SourceText source)
{
    private Piece first;
    private int firstColumn;
    private List<Piece>? further;

    /// <summary>Says where the line's text begins.</summary>
    /// <param name="offset">Offset in the text that the line is read from.</param>
    /// <param name="line">Line of the file.</param>
    /// <param name="column">Column there.</param>
    public void Begin(int offset, int line, int column) => (first, firstColumn) = (new Piece(offset, line), column);

    /// <summary>Says that the joined text goes on at the start of a line of the file. A piece at the same offset before was empty.</summary>
    public void Add(int offset, int line)
    {
        if (offset == first.Offset) Begin(offset, line, 1);
        else if (further is [.., var last] && last.Offset == offset) further[^1] = new Piece(offset, line);
        else (further ??= []).Add(new Piece(offset, line));
    }

    /// <summary>The file's stretch for a stretch of the joined text.</summary>
    public SourceSpan Span(int start, int end) => new(source, Position(start, false), Position(end, end > start));

    /// <param name="offset">Offset in the text.</param>
    /// <param name="isEnd">Whether the place is an end, so that it belongs to the piece before a seam.</param>
    private SourcePosition Position(int offset, bool isEnd)
    {
        int low = -1, high = (further?.Count ?? 0) - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (further![middle].Offset < offset || (!isEnd && further[middle].Offset == offset)) low = middle;
            else high = middle - 1;
        }

        return low < 0
            ? new SourcePosition(first.Line, firstColumn + offset - first.Offset)
            : new SourcePosition(further![low].Line, 1 + offset - further[low].Offset);
    }

    private readonly record struct Piece(int Offset, int Line);
}
