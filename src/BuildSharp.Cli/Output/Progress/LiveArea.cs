using System.Text;

namespace BuildSharp.Cli.Output.Progress;

/// <summary>Lines at the bottom of a terminal that are drawn again and again, below text that stays.</summary>
/// <remarks>The cursor stays visible, at the start of the line below the drawn ones, and no mode of the terminal stays changed after a
/// write. So nothing has to be restored, however the process ends, and the shell's prompt starts on a line of its own. Each drawing is one
/// write, so that no half-drawn state is seen. Used by several threads.</remarks>
/// <param name="terminal">Writes each text to the terminal at once.</param>
/// <param name="size">Its present size; null when unknown.</param>
internal sealed class LiveArea(TextWriter terminal, Func<(int Rows, int Columns)?> size)
{
    private readonly Lock _lock = new();
    private IReadOnlyList<string> _drawn = [];
    private bool _isInLine;

    /// <summary>Size of the terminal in characters; a common one when it is unknown.</summary>
    public (int Rows, int Columns) Size => size() ?? (24, 80);

    /// <summary>Replaces the drawn lines.</summary>
    /// <param name="lines">Each shorter than the terminal is wide, without control characters.</param>
    public void Draw(IReadOnlyList<string> lines)
    {
        lock (_lock)
        {
            if (!_isInLine)
            {
                Replace("", lines);
            }
        }
    }

    /// <summary>Removes the drawn lines.</summary>
    public void Clear() => Draw([]);

    /// <summary>Writes text that stays, above the drawn lines.</summary>
    public void Write(string text)
    {
        lock (_lock)
        {
            var endsLine = text.EndsWith('\n');
            Replace(text, endsLine ? _drawn : []);
            _isInLine = !endsLine;
        }
    }

    private void Replace(string text, IReadOnlyList<string> lines)
    {
        if (_drawn.Count == 0 && lines.Count == 0)
        {
            if (text.Length > 0)
            {
                terminal.Write(text);
            }

            return;
        }

        // Without wrapping, so that a line stays one row also when the window has just become narrower.
        var frame = new StringBuilder("\e[?7l");
        var rows = _drawn.Count > 0 ? RowsOf(_drawn) : 0;
        if (rows > 0)
        {
            frame.Append($"\r\e[{rows}A");
        }

        // Each row by itself: tmux keeps in its history what "erase below" removes from the top of the screen.
        if (text.Length > 0 || lines.Count < rows)
        {
            frame.Insert(frame.Length, "\e[K\n", rows);
            frame.Append(rows > 0 ? $"\e[{rows}A" : "");
        }

        frame.Append(text.Length > 0 ? $"\e[?7h{text}\e[?7l" : "");
        foreach (var line in lines)
        {
            frame.Append(line).Append("\e[K\n");
        }

        terminal.Write(frame.Append("\e[?7h").ToString());
        _drawn = lines;
    }

    // After the window became narrower, the terminal has wrapped the lines, as most do.
    private int RowsOf(IReadOnlyList<string> lines)
    {
        var columns = Math.Max(1, Size.Columns);
        var rows = 0;
        foreach (var line in lines)
        {
            rows += Math.Max(1, (TerminalText.WidthOf(line) + columns - 1) / columns);
        }

        return rows;
    }
}
