using System.Text;

namespace BuildSharp.Dockerfiles.Lines;

/// <summary>Reads a file as logical lines. Uses plain loops for speed, because a file may have megabytes.</summary>
internal sealed class LogicalLineReader(SourceText source, DirectiveReader directives)
{
    private readonly string _text = source.Text;
    private readonly LineCursor _cursor = new(source);
    private List<Word> _comments = [];

    /// <summary>Positioned after the last line read, where heredoc bodies start.</summary>
    public LineCursor Cursor => _cursor;

    /// <summary>The next instruction's text; null at the end of the file.</summary>
    public LogicalLine? ReadNext()
    {
        while (_cursor.TryRead(out var start, out var end))
        {
            var first = SkipSpace(start, end);
            var isComment = first < end && _text[first] == '#';
            if (directives.Offer(isComment, _text.AsSpan(first, end - first), _cursor.Place(start, first, end)))
            {
                continue;
            }

            if (first == end)
            {
                continue;
            }

            if (isComment)
            {
                AddComment(start, first, end);
                continue;
            }

            var line = Join(start, first, end);
            if (line.Start < line.End)
            {
                return line;
            }
        }

        return null;
    }

    private LogicalLine Join(int start, int first, int end)
    {
        var map = new LineMap(source);
        var from = new SourcePosition(_cursor.LineNumber, first - start + 1);
        var to = new SourcePosition(_cursor.LineNumber, end - start + 1);
        var continues = EndsInContinuation(first, end, out var textEnd);
        if (!continues)
        {
            map.Begin(first, _cursor.LineNumber, first - start + 1);
            return Line(_text, first, first + _text.AsSpan(first, end - first).TrimEnd().Length, null);
        }

        map.Begin(0, _cursor.LineNumber, first - start + 1);

        var joined = new StringBuilder().Append(_text, first, textEnd - first);
        var hasBlank = false;
        while (continues && _cursor.TryRead(out start, out end))
        {
            first = SkipSpace(start, end);
            if (first == end)
            {
                hasBlank = true;
            }
            else if (_text[first] != '#')
            {
                continues = EndsInContinuation(start, end, out textEnd);
                map.Add(joined.Length, _cursor.LineNumber);
                joined.Append(_text, start, textEnd - start);
                to = new SourcePosition(_cursor.LineNumber, end - start + 1);
            }
        }

        var whole = joined.ToString();
        var blanks = whole.Length - whole.AsSpan().TrimStart().Length;
        var trimmedEnd = Math.Max(blanks, whole.AsSpan().TrimEnd().Length);
        return Line(whole, blanks, trimmedEnd, hasBlank ? new SourceSpan(source, to with { Column = 1 }, to) : null);

        LogicalLine Line(string lineText, int lineStart, int lineEnd, SourceSpan? emptyContinuation)
        {
            var line = new LogicalLine(lineText, lineStart, lineEnd, map, new SourceSpan(source, from, to), _comments, emptyContinuation);
            _comments = [];
            return line;
        }
    }

    /// <summary>Whether the line ends in a continuation: the escape character, followed only by blanks and not preceded by another escape
    /// character.</summary>
    private bool EndsInContinuation(int start, int end, out int textEnd)
    {
        textEnd = end;
        var last = end - 1;
        while (last >= start && _text[last] is ' ' or '\t')
        {
            last--;
        }

        if (last < start || _text[last] != directives.EscapeToken)
        {
            return false;
        }

        if (last > start && _text[last - 1] == directives.EscapeToken)
        {
            return false;
        }

        textEnd = last;
        return true;
    }

    private void AddComment(int start, int first, int end)
    {
        var text = _text[(first + 1)..end].Trim();
        if (text.Length == 0)
        {
            _comments.Clear();
        }
        else
        {
            _comments.Add(new Word(text, _cursor.Place(start, first, end)));
        }
    }

    private int SkipSpace(int start, int end)
    {
        while (start < end && char.IsWhiteSpace(_text[start]))
        {
            start++;
        }

        return start;
    }
}
