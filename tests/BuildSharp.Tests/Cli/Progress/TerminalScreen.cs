using System.Globalization;
using System.Text;

namespace BuildSharp.Tests.Cli.Progress;

/// <summary>A terminal of unlimited height that understands what a live area writes: CR, LF, cursor up,
/// erasing to the end of a line, and the mode of wrapping.</summary>
internal sealed class TerminalScreen : TextWriter
{
    private readonly List<StringBuilder> _lines = [new()];
    private int _row;
    private int _column;

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>Whether long lines wrap, as they do at the start.</summary>
    public bool Wraps { get; private set; } = true;

    /// <summary>Number of writes so far: each is a state that a person may see.</summary>
    public int Writes { get; private set; }

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        Writes++;
        var text = value ?? "";
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '\e':
                    var end = text.IndexOfAny(['A', 'K', 'h', 'l'], at);
                    Obey(text[end], text[(at + 2)..end]);
                    at = end;
                    break;
                case '\r':
                    _column = 0;
                    break;
                case '\n':
                    (_row, _column) = (_row + 1, 0);
                    if (_row == _lines.Count)
                    {
                        _lines.Add(new StringBuilder());
                    }

                    break;
                default:
                    var line = _lines[_row];
                    line.Length = Math.Max(line.Length, _column + 1);
                    line[_column++] = text[at];
                    break;
            }
        }
    }

    /// <summary>The lines, without blanks at their ends.</summary>
    public override string ToString() => string.Join('\n', _lines.Select(line => line.ToString().TrimEnd('\0', ' '))).TrimEnd('\n');

    private void Obey(char command, string number)
    {
        switch (command)
        {
            case 'A':
                _row = Math.Max(0, _row - int.Parse(number, CultureInfo.InvariantCulture));
                break;
            case 'K':
                _lines[_row].Length = Math.Min(_lines[_row].Length, _column);
                break;
            default:
                Assert.Equal("?7", number);
                Wraps = command == 'h';
                break;
        }
    }
}
