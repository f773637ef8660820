namespace BuildSharp.Dockerfiles.Lines;

/// <summary>Where each character of a line stood in the file. Joining removes continuation tokens, comments and line ends, so the
/// map is a list of pieces, each with the line of its first character; all but the first begin in the first column.</summary>
internal sealed class LineMap(SourceText source)
{
    private Piece _first;
    private int _firstColumn;
    private List<Piece>? _further;

    /// <summary>Says where the line's text begins.</summary>
    /// <param name="offset">Offset in the text that the line is read from.</param>
    /// <param name="line">Line of the file.</param>
    /// <param name="column">Column there.</param>
    public void Begin(int offset, int line, int column) => (_first, _firstColumn) = (new Piece(offset, line), column);

    /// <summary>Says that the joined text goes on at the start of a line of the file. A piece at the same offset before was empty.</summary>
    public void Add(int offset, int line)
    {
        if (offset == _first.Offset)
        {
            Begin(offset, line, 1);
        }
        else if (_further is [.., var last] && last.Offset == offset)
        {
            _further[^1] = new Piece(offset, line);
        }
        else
        {
            (_further ??= []).Add(new Piece(offset, line));
        }
    }

    /// <summary>The file's stretch for a stretch of the joined text.</summary>
    public SourceSpan Span(int start, int end) => new(source, Position(start, false), Position(end, end > start));

    /// <param name="offset">Offset in the text.</param>
    /// <param name="isEnd">Whether the place is an end, so that it belongs to the piece before a seam.</param>
    private SourcePosition Position(int offset, bool isEnd)
    {
        int low = -1, high = (_further?.Count ?? 0) - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_further![middle].Offset < offset || (!isEnd && _further[middle].Offset == offset))
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low < 0
            ? new SourcePosition(_first.Line, _firstColumn + offset - _first.Offset)
            : new SourcePosition(_further![low].Line, 1 + offset - _further[low].Offset);
    }

    private readonly record struct Piece(int Offset, int Line);
}
