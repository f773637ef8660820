using System.Text;
using BuildSharp.Cli.Output.Progress;

namespace BuildSharp.Cli.Output;

/// <summary>Keeps the last lines of what a command writes, to show them when it fails.</summary>
internal sealed class LastLines
{
    /// <summary>Number of lines that are kept.</summary>
    public const int Most = 20;

    private const int LongestLine = 1000;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = [];
    private readonly List<List<byte>> _unfinished = [];

    /// <summary>A sink for one stream of the command.</summary>
    /// <param name="next">Receives the bytes, too; null for nobody.</param>
    public OutputPipe.ByteSink Follow(OutputPipe.ByteSink? next)
    {
        var line = new List<byte>();
        _unfinished.Add(line);
        return bytes =>
        {
            next?.Invoke(bytes);
            lock (_lock)
            {
                Take(line, bytes);
            }
        };
    }

    /// <summary>The lines, without characters that control a terminal.</summary>
    public IReadOnlyList<string> Read()
    {
        lock (_lock)
        {
            _unfinished.ForEach(End);
            return [.. _lines];
        }
    }

    private void Take(List<byte> line, ReadOnlySpan<byte> bytes)
    {
        foreach (var letter in bytes)
        {
            if (letter == '\n')
            {
                End(line);
            }
            else if (letter == '\r')
            {
                // A progress bar writes over its line.
                line.Clear();
            }
            else if (line.Count < LongestLine)
            {
                line.Add(letter);
            }
        }
    }

    private void End(List<byte> line)
    {
        if (line.Count == 0)
        {
            return;
        }

        if (_lines.Count == Most)
        {
            _lines.Dequeue();
        }

        _lines.Enqueue(TerminalText.Printable(Encoding.UTF8.GetString([.. line])));
        line.Clear();
    }
}
