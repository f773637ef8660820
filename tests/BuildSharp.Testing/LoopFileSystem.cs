namespace BuildSharp.Testing;

/// <summary>An ext4 in a file, mounted in a directory of its own, whose files have times in whole seconds: as those of ext3, and of ext4 with
/// small inodes.</summary>
public sealed class LoopFileSystem : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    /// <param name="megabytes">Its size.</param>
    public LoopFileSystem(int megabytes = 16)
    {
        var file = _directory["disk"];
        using (var disk = File.Create(file))
        {
            disk.SetLength((long)megabytes << 20);
        }

        Path = _directory.MakeDirectory("mounted");
        Require("mkfs.ext4", "-q", "-I", "128", file);
        Require("mount", "-o", "loop", file, Path);
    }

    /// <summary>Where it is mounted.</summary>
    public string Path { get; }

    /// <summary>Absolute path of <paramref name="relative"/> in it.</summary>
    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    public void Dispose() => _directory.Dispose();

    private static void Require(string program, params string[] arguments)
    {
        var result = Tool.Named(program).Run(arguments);
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program}: {result.Error}");
        }
    }
}
