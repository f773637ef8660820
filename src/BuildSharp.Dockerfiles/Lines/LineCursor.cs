using BuildSharp.Dockerfiles.Grammar;

namespace BuildSharp.Dockerfiles.Lines;

/// <summary>Reads the physical lines of a file, and the bodies of heredocs.</summary>
internal sealed class LineCursor(SourceText source)
{
    private readonly string _text = source.Text;
    private int _position;

    /// <summary>Number of the last line read, from 1.</summary>
    public int LineNumber { get; private set; }

    /// <summary>Reads the next line.</summary>
    /// <param name="start">Offset of the line's first character.</param>
    /// <param name="end">Offset after the line's last character, without CR and LF.</param>
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

    /// <summary>Place of a part of the last line read.</summary>
    /// <param name="lineStart">Offset of the line.</param>
    /// <param name="from">Offset of the part.</param>
    /// <param name="end">Offset after the part.</param>
    public SourceSpan Place(int lineStart, int from, int end) =>
        new(source, new SourcePosition(LineNumber, from - lineStart + 1), new SourcePosition(LineNumber, end - lineStart + 1));

    /// <summary>Reads a heredoc's body up to its terminator.</summary>
    /// <param name="start">The heredoc's start word.</param>
    /// <param name="body">The lines before the terminator, including line ends.</param>
    /// <param name="span">From the first line of the body to the terminator.</param>
    /// <param name="nearMiss">Number of a line that equals the terminator except for white space; 0 for none.</param>
    /// <returns>False when the file ends before the terminator.</returns>
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
