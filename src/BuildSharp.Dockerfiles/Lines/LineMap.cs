namespace BuildSharp.Dockerfiles.Lines;

/// <summary>Where each character of a joined line stood in the file. Joining removes continuation tokens, comments and line ends, so the
/// map is a list of pieces, each with the place of its first character.</summary>
internal sealed class LineMap(SourceText source)
{
    private readonly List<(int Offset, int Line, int Column)> pieces = [];
    private int shift;

    /// <summary>Says that the joined text goes on at a place of the file.</summary>
    public void Add(int offset, int line, int column) => pieces.Add((offset, line, column));

    /// <summary>Says how many characters were trimmed from the start of the joined text.</summary>
    public void Trim(int count) => shift = count;

    /// <summary>The file's stretch for a stretch of the joined text.</summary>
    public SourceSpan Span(int start, int end) => new(source, Position(start, false), Position(end, end > start));

    /// <param name="offset">Offset in the trimmed text.</param>
    /// <param name="isEnd">Whether the place is an end, so that it belongs to the piece before a seam.</param>
    private SourcePosition Position(int offset, bool isEnd)
    {
        offset += shift;
        int low = 0, high = pieces.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (pieces[middle].Offset < offset || (!isEnd && pieces[middle].Offset == offset)) low = middle;
            else high = middle - 1;
        }

        return new SourcePosition(pieces[low].Line, pieces[low].Column + offset - pieces[low].Offset);
    }
}
