using System.Text;

namespace BuildSharp.Cli.Output;

/// <summary>Puts a label before each line of a stream of bytes, and writes each line as a whole, also the last one if it has no end.</summary>
/// <param name="output">Receives the lines.</param>
/// <param name="label">The label.</param>
/// <param name="gate">Held while lines are written.</param>
internal sealed class LabelledLines(Stream output, string label, Lock gate)
{
    // A longer line is written in parts, each with the label, so that memory does not depend on what a command writes.
    private const int LongestLine = 64 * 1024;

    private readonly byte[] _label = Encoding.UTF8.GetBytes(label);
    private readonly List<byte> _line = [];
    private readonly List<byte> _whole = [];

    /// <summary>Takes bytes; an empty span ends the stream.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty && _line.Count > 0)
        {
            End();
        }

        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var part = bytes[..Math.Min(end < 0 ? bytes.Length : end, LongestLine - _line.Count)];
            _line.AddRange(part);
            bytes = bytes[part.Length..];
            if (!bytes.IsEmpty && bytes[0] == '\n')
            {
                bytes = bytes[1..];
                End();
            }
            else if (_line.Count == LongestLine)
            {
                End();
            }
        }

        if (_whole.Count == 0)
        {
            return;
        }

        lock (gate)
        {
            output.Write([.. _whole]);
        }

        _whole.Clear();
    }

    private void End()
    {
        _whole.AddRange(_label);
        _whole.AddRange(_line);
        _whole.Add((byte)'\n');
        _line.Clear();
    }
}
