using BuildSharp.Linux;

namespace BuildSharp.Tests.Linux;

public sealed class FileCopyTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("copy").FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public void Content_arrives_and_holes_stay_holes()
    {
        var source = Path.Combine(_path, "source");
        using (var file = File.Create(source))
        {
            file.Write("head"u8);
            file.Seek(20_000_000, SeekOrigin.Begin);
            file.Write("tail"u8);
            file.SetLength(30_000_000);
        }

        Copy(source, Path.Combine(_path, "copy"));

        Assert.Equal(File.ReadAllBytes(source), File.ReadAllBytes(Path.Combine(_path, "copy")));
        Assert.InRange(FileStatus.Of(Path.Combine(_path, "copy")).Blocks * 512, 0, 1_000_000);
    }

    [Fact]
    public void A_file_that_claims_no_size_on_another_file_system_is_read()
    {
        Copy("/proc/self/status", Path.Combine(_path, "status"), 100_000);
        Assert.StartsWith("Name:", File.ReadAllText(Path.Combine(_path, "status")), StringComparison.Ordinal);
    }

    private static void Copy(string from, string to, long? length = null)
    {
        using var source = File.OpenHandle(from);
        using var target = File.OpenHandle(to, FileMode.Create, FileAccess.Write);
        if (length is null)
        {
            FileCopy.Content(source, target, FileDescriptor.Stat(source));
        }
        else
        {
            FileCopy.Range(source, target, 0, length.Value);
        }
    }
}
