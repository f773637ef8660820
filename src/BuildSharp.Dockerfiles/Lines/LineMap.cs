namespace BuildSharp.Dockerfiles.Lines;

/// <summary>Maps offsets in a logical line to places in the file. Joining removes continuation characters, comments and line ends, so the
/// map is a list of pieces with the line number of each. All pieces but the first start in the first column.</summary>
internal sealed class LineMap(SourceText source)
{
    private Piece _first;
    private int _firstColumn;
    private List<Piece>? _further;

    /// <summary>Sets the place of the start of the text.</summary>
    /// <param name="offset">Offset in the text.</param>
    /// <param name="line">Line number in the file.</param>
    /// <param name="column">Column in the file.</param>
    public void Begin(int offset, int line, int column) => (_first, _firstColumn) = (new Piece(offset, line), column);

    /// <summary>Adds a piece: from this offset on, the text comes from the start of the given line. Replaces an empty piece at the same
    /// offset.</summary>
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

    /// <summary>Place in the file of a part of the joined text.</summary>
    public SourceSpan Span(int start, int end) => new(source, Position(start, false), Position(end, end > start));

    /// <param name="offset">Offset in the text.</param>
    /// <param name="isEnd">Whether the offset is the end of a part, so that at a boundary it belongs to the earlier piece.</param>
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
