using System.Text;

namespace BuildSharp.Cli.Output;

/// <summary>Writes each text as a whole: the texts of all writers with the same gate, and whatever else is written while the gate is held,
/// do not mix. Keeps nothing back.</summary>
/// <param name="inner">Receives the texts.</param>
/// <param name="gate">Held while a text is written.</param>
internal sealed class WholeTextWriter(TextWriter inner, Lock gate) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(string? value)
    {
        lock (gate)
        {
            inner.Write(value);
            inner.Flush();
        }
    }

    public override void WriteLine(string? value) => Write(value + "\n");

    public override void Flush()
    {
        lock (gate)
        {
            inner.Flush();
        }
    }
}
