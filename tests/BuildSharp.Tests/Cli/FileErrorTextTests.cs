using BuildSharp.Cli;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Cli;

public sealed class FileErrorTextTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void A_file_that_cannot_be_opened_is_told_in_the_kernels_words()
    {
        string missing = _temporary["it's missing"], below = _temporary["none/x"], directory = _temporary.MakeDirectory("directory");
        Assert.Equal($"open {missing}: no such file or directory", Said(missing));
        Assert.Equal($"open {below}: no such file or directory", Said(below));
        var file = _temporary.Write("file", "");
        Assert.Equal($"open {file}/x: not a directory", Said(file + "/x"));
        Assert.Equal($"open {directory}: is a directory", Said(directory));
        Assert.Equal("something else", FileErrorText.Of(new IOException("something else")));
    }

    private static string Said(string path) => FileErrorText.Of(Assert.ThrowsAny<Exception>(() => File.ReadAllText(path)));
}
