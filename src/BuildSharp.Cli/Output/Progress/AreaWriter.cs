using System.Text;

namespace BuildSharp.Cli.Output.Progress;

/// <summary>Standard error while a <see cref="LiveArea"/> is drawn there: what is written stays, above the drawing.</summary>
internal sealed class AreaWriter(LiveArea area, Encoding encoding) : TextWriter
{
    public override Encoding Encoding => encoding;

    public override void Write(char value) => area.Write(value.ToString());

    public override void Write(string? value) => area.Write(value ?? "");

    public override void Write(char[] buffer, int index, int count) => area.Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => area.Write(buffer.ToString());

    public override void WriteLine() => area.Write("\n");

    public override void WriteLine(string? value) => area.Write(value + "\n");
}
