using BuildSharp.Testing;

namespace BuildSharp.Tests.Cli;

/// <summary>A file that a result cannot be written to is told before the work, not after it.</summary>
public sealed class ResultFilesTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly CommandLine _line = new();

    public ResultFilesTests()
    {
        _line.Directory = _temporary.MakeDirectory("work");
        _temporary.Write("work/Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
        _temporary.Write("work/file", "");
    }

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("--iidfile: open none/id: no such file or directory", "bud", "--iidfile", "none/id", ".")]
    [InlineData("--iidfile-raw: open none/id: no such file or directory", "bud", "--iidfile-raw", "none/id", ".")]
    [InlineData("--metadata-file: open .: is a directory", "bud", "--metadata-file", ".", ".")]
    [InlineData("--output: open none/t.tar: no such file or directory", "bud", "-o", "type=tar,dest=none/t.tar", ".")]
    [InlineData("--output: file: is a file, not a directory", "bud", "-o", "file", ".")]
    [InlineData("--iidfile: open file/id: not a directory", "commit", "--rm", "--iidfile", "file/id", "container")]
    [InlineData("--cidfile: open none/id: no such file or directory", "from", "--cidfile", "none/id", "scratch")]
    [InlineData("--digestfile: open none/id: no such file or directory", "push", "--digestfile", "none/id", "image", "dir:d")]
    public void Before_anything_is_done_the_place_of_a_result_is_looked_for(string message, params string[] words)
    {
        var (status, output, error) = _line.Run(["--root", _temporary["root"], "--runroot", _temporary["run"], "--storage-driver", "vfs", .. words]);
        Assert.Equal((125, "", $"Error: {message}\n"), (status, output, error));
        Assert.False(Directory.Exists(_temporary["root"]));
    }
}
