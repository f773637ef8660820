using System.Text;
using BuildSharp.Dockerfiles.Grammar;

namespace BuildSharp.Dockerfiles.Lines;

/// <summary>Reads a file as logical lines, and the heredoc bodies between them when asked. Plain loops over the text: bodies of many
/// megabytes pass through here.</summary>
internal sealed class LogicalLineReader(SourceText source, DirectiveReader directives)
{
    private readonly string text = source.Text;
    private int position;
    private int lineNumber;
    private List<Word>? comments;

    /// <summary>The next instruction's text, or null at the end of the file.</summary>
    public LogicalLine? ReadNext()
    {
        while (TryReadLine(out var start, out var end))
        {
            var first = start;
            while (first < end && char.IsWhiteSpace(text[first])) first++;
            var isComment = first < end && text[first] == '#';
            if (directives.Offer(isComment, text.AsSpan(first, end - first), Place(start, first, end))) continue;
            if (first == end) continue;
            if (isComment)
            {
                KeepComment(start, first, end);
                continue;
            }

            var line = Join(start, first, end);
            if (line.Text.Length > 0) return line;
        }

        return null;
    }

    /// <summary>Reads a heredoc's body up to its terminator.</summary>
    /// <param name="start">The heredoc's word.</param>
    /// <param name="body">The lines before the terminator, line ends as written.</param>
    /// <param name="span">First body line to the terminator.</param>
    /// <param name="nearMiss">A line that would end the body but for the space around it, or 0.</param>
    /// <returns>False when the file ends first.</returns>
    public bool TryReadBody(HeredocStart start, out string body, out SourceSpan span, out int nearMiss)
    {
        nearMiss = 0;
        var bodyStart = position;
        var firstLine = new SourcePosition(lineNumber + 1, 1);
        while (TryReadLine(out var lineStart, out var lineEnd))
        {
            var candidate = text.AsSpan(lineStart, lineEnd - lineStart);
            if (start.StripsTabs) candidate = candidate.TrimStart('\t');
            if (!candidate.SequenceEqual(start.Name))
            {
                if (nearMiss == 0 && candidate.Trim().SequenceEqual(start.Name)) nearMiss = lineNumber;
                continue;
            }

            body = text[bodyStart..lineStart];
            span = new SourceSpan(source, firstLine, new SourcePosition(lineNumber, lineEnd - lineStart + 1));
            return true;
        }

        body = "";
        span = new SourceSpan(source, firstLine, new SourcePosition(lineNumber, 1));
        return false;
    }

    private LogicalLine Join(int start, int first, int end)
    {
        var map = new LineMap(source);
        var joined = new StringBuilder();
        var from = new SourcePosition(lineNumber, first - start + 1);
        var to = from;
        var continues = Append(start, first, end);
        var hasBlank = false;
        while (continues && TryReadLine(out start, out end))
        {
            first = start;
            while (first < end && char.IsWhiteSpace(text[first])) first++;
            if (first == end)
            {
                hasBlank = true;
            }
            else if (text[first] != '#')
            {
                continues = Append(start, start, end);
            }
        }

        var whole = joined.ToString();
        var trimmed = whole.Trim();
        map.Trim(whole.Length - whole.TrimStart().Length);
        SourceSpan? emptyContinuation = hasBlank ? new SourceSpan(source, to with { Column = 1 }, to) : null;
        var line = new LogicalLine(trimmed, map, new SourceSpan(source, from, to), comments is null ? [] : comments, emptyContinuation);
        comments = null;
        return line;

        bool Append(int lineStart, int from, int lineEnd)
        {
            var continued = EndsInContinuation(from, lineEnd, out var textEnd);
            map.Add(joined.Length, lineNumber, from - lineStart + 1);
            joined.Append(text, from, textEnd - from);
            to = new SourcePosition(lineNumber, lineEnd - lineStart + 1);
            return continued;
        }
    }

    /// <summary>The token continues when it is the last thing on the line but blanks and not itself preceded by the token.</summary>
    private bool EndsInContinuation(int start, int end, out int textEnd)
    {
        textEnd = end;
        var last = end - 1;
        while (last >= start && text[last] is ' ' or '\t') last--;
        if (last < start || text[last] != directives.EscapeToken) return false;
        if (last > start && text[last - 1] == directives.EscapeToken) return false;
        textEnd = last;
        return true;
    }

    private void KeepComment(int start, int first, int end)
    {
        var comment = text[(first + 1)..end].Trim();
        if (comment.Length == 0) comments = null;
        else (comments ??= []).Add(new Word(comment, Place(start, first, end)));
    }

    private SourceSpan Place(int start, int from, int end) =>
        new(source, new SourcePosition(lineNumber, from - start + 1), new SourcePosition(lineNumber, end - start + 1));

    /// <param name="start">Offset of the line's first character.</param>
    /// <param name="end">Offset past its last one, every CR and LF at the end left out.</param>
    private bool TryReadLine(out int start, out int end)
    {
        start = position;
        end = position;
        if (position >= text.Length) return false;
        var newline = text.IndexOf('\n', position);
        end = newline < 0 ? text.Length : newline;
        position = newline < 0 ? text.Length : newline + 1;
        lineNumber++;
        while (end > start && text[end - 1] == '\r') end--;
        return true;
    }
}
