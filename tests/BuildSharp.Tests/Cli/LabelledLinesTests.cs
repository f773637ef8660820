using System.Text;
using BuildSharp.Cli.Output;

namespace BuildSharp.Tests.Cli;

/// <summary>The lines of commands that write at the same time.</summary>
public class LabelledLinesTests
{
    [Theory]
    [InlineData("one\ntwo\n", "[1] one\n[1] two\n")]
    [InlineData("one\n|tw|o", "[1] one\n[1] two\n")]
    [InlineData("\n\n", "[1] \n[1] \n")]
    [InlineData("a|b|c\nd|\n", "[1] abc\n[1] d\n")]
    [InlineData("|", "")]
    public void Each_line_has_the_label_however_it_arrives(string parts, string expected)
    {
        using var output = new MemoryStream();
        var lines = new LabelledLines(output, "[1] ", new Lock());
        foreach (var part in parts.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            lines.Write(Encoding.UTF8.GetBytes(part));
        }

        lines.Write([]);
        Assert.Equal(expected, Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public void Bytes_that_are_no_text_pass_and_a_line_without_end_does_not_fill_the_memory()
    {
        using var output = new MemoryStream();
        var lines = new LabelledLines(output, "> ", new Lock());
        lines.Write([0xff, 0x00, (byte)'\n']);
        Assert.Equal([(byte)'>', (byte)' ', 0xff, 0x00, (byte)'\n'], output.ToArray());
        output.SetLength(0);
        lines.Write(new byte[200_000]);
        Assert.Equal((3 * 64 * 1024) + 9, output.Length);
    }

    [Fact]
    public async Task Texts_of_many_writers_do_not_mix()
    {
        var gate = new Lock();
        using var target = new StringWriter();
        using var start = new Barrier(4);
        var writers = Enumerable.Range(0, 4).Select(_ => new WholeTextWriter(target, gate)).ToList();
        await Task.WhenAll(writers.Select((writer, number) => Task.Factory.StartNew(() =>
        {
            start.SignalAndWait();
            for (var line = 0; line < 5000; line++)
            {
                writer.WriteLine(new string((char)('a' + number), 50));
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        var lines = target.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(20_000, lines.Length);
        Assert.All(lines, line => Assert.Equal(new string(line[0], 50), line));
    }
}
