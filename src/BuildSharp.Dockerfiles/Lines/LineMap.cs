namespace BuildSharp.Dockerfiles.Lines;

/// <summary>Where each character of a joined line stood in the file. Joining removes continuation tokens, comments and line ends, so the
/// map is a list of pieces, each with the line of its first character; all but the first begin in the first column.</summary>
internal sealed class LineMap(SourceText source)
{
    private Piece first;
    private int firstColumn;
    private List<Piece>? further;
    private int shift;

    /// <summary>Says that the joined text goes on at a place of the file.</summary>
    /// <param name="offset">Offset in the joined text; what began at the same one was empty.</param>
    /// <param name="line">Line of the file.</param>
    /// <param name="column">Column there; 1 but for the first piece.</param>
    public void Add(int offset, int line, int column)
    {
        var piece = new Piece(offset, line);
        if (offset == 0) (first, firstColumn) = (piece, column);
        else if (further is [.., var last] && last.Offset == offset) further[^1] = piece;
        else (further ??= []).Add(piece);
    }

    /// <summary>Says how many characters were trimmed from the start of the joined text.</summary>
    public void Trim(int count) => shift = count;

    /// <summary>The file's stretch for a stretch of the joined text.</summary>
    public SourceSpan Span(int start, int end) => new(source, Position(start, false), Position(end, end > start));

    /// <param name="offset">Offset in the trimmed text.</param>
    /// <param name="isEnd">Whether the place is an end, so that it belongs to the piece before a seam.</param>
    private SourcePosition Position(int offset, bool isEnd)
    {
        offset += shift;
        int low = -1, high = (further?.Count ?? 0) - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (further![middle].Offset < offset || (!isEnd && further[middle].Offset == offset)) low = middle;
            else high = middle - 1;
        }

        return low < 0
            ? new SourcePosition(first.Line, firstColumn + offset)
            : new SourcePosition(further![low].Line, 1 + offset - further[low].Offset);
    }

    private readonly record struct Piece(int Offset, int Line);
}
