using BuildSharp.Dockerfiles.Grammar;

namespace BuildSharp.Dockerfiles.Lines;

/// <summary>Reads the physical lines of a file, and the bodies of heredocs.</summary>
internal sealed class LineCursor(SourceText source)
{
    private readonly string _text = source.Text;
    private int _position;

    /// <summary>The number of the line read last, counted from 1.</summary>
    public int LineNumber { get; private set; }

    /// <summary>Reads a line.</summary>
    /// <param name="start">Offset of the line's first character.</param>
    /// <param name="end">Offset past its last one, every CR and LF at the end left out.</param>
    public bool TryRead(out int start, out int end)
    {
        start = _position;
        end = _position;
        if (_position >= _text.Length)
        {
            return false;
        }

        var newline = _text.IndexOf('\n', _position);
        end = newline < 0 ? _text.Length : newline;
        _position = newline < 0 ? _text.Length : newline + 1;
        LineNumber++;
        while (end > start && _text[end - 1] == '\r')
        {
            end--;
        }

        return true;
    }

    /// <summary>The place of a stretch of the line read last.</summary>
    /// <param name="lineStart">Where the line starts.</param>
    /// <param name="from">Where the stretch starts.</param>
    /// <param name="end">Where it ends.</param>
    public SourceSpan Place(int lineStart, int from, int end) =>
        new(source, new SourcePosition(LineNumber, from - lineStart + 1), new SourcePosition(LineNumber, end - lineStart + 1));

    /// <summary>Reads a heredoc's body up to its terminator.</summary>
    /// <param name="start">The heredoc's word.</param>
    /// <param name="body">The lines before the terminator, line ends included.</param>
    /// <param name="span">First body line to the terminator.</param>
    /// <param name="nearMiss">A line that would end the body but for the space around it, or 0.</param>
    /// <returns>False when the file ends first.</returns>
    public bool TryReadBody(HeredocStart start, out string body, out SourceSpan span, out int nearMiss)
    {
        nearMiss = 0;
        var bodyStart = _position;
        var firstLine = new SourcePosition(LineNumber + 1, 1);
        while (TryRead(out var lineStart, out var lineEnd))
        {
            var candidate = _text.AsSpan(lineStart, lineEnd - lineStart);
            if (start.StripsTabs)
            {
                candidate = candidate.TrimStart('\t');
            }

            if (!candidate.SequenceEqual(start.Name))
            {
                if (nearMiss == 0 && candidate.Trim().SequenceEqual(start.Name))
                {
                    nearMiss = LineNumber;
                }

                continue;
            }

            body = _text[bodyStart..lineStart];
            span = new SourceSpan(source, firstLine, new SourcePosition(LineNumber, lineEnd - lineStart + 1));
            return true;
        }

        body = "";
        span = new SourceSpan(source, firstLine, new SourcePosition(LineNumber, 1));
        return false;
    }
}
