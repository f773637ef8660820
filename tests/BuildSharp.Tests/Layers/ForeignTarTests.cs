using System.Security.Cryptography;
using BuildSharp.Linux;
using BuildSharp.Storage.Diffs;
using BuildSharp.Testing;
using BuildSharp.Tests.Storage.Diffs;

namespace BuildSharp.Tests.Layers;

/// <summary>Tars of other programs unpack to the tree they were made of, and are rebuilt from their tar-split byte for byte.</summary>
public sealed class ForeignTarTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public ForeignTarTests()
    {
        var tree = _directory.MakeDirectory("tree");
        var longDirectory = Path.Combine(tree, new string('d', 80), new string('e', 80));
        Directory.CreateDirectory(longDirectory);
        File.WriteAllText(Path.Combine(longDirectory, "file"), "deep");
        File.WriteAllText(Path.Combine(tree, "file"), "content");
        File.WriteAllText(Path.Combine(tree, "ünï"), "text");
        File.CreateSymbolicLink(Path.Combine(tree, "link"), new string('t', 130));
        using (var sparse = File.Create(Path.Combine(tree, "sparse")))
        {
            // Enough runs for several map blocks of the old format.
            for (var i = 0; i < 40; i++)
            {
                sparse.Seek(i * 65_536L, SeekOrigin.Begin);
                sparse.Write(new byte[] { 1, 2, 3, (byte)i });
            }

            sparse.SetLength(5_000_001);
        }

        Tool.Named("ln").Run([Path.Combine(tree, "file"), Path.Combine(tree, "hard")]);
        Tool.Named("find").Run([tree, "-exec", "touch", "-h", "-d", "@1700000000", "{}", "+"]);
    }

    public void Dispose() => _directory.Dispose();

    [RequiresTheory(Needs.Root, "tar")]
    [InlineData("--format=gnu")]
    [InlineData("--format=gnu", "--sparse")]
    [InlineData("--format=pax")]
    [InlineData("--format=posix", "--sparse", "--sparse-version=0.0")]
    [InlineData("--format=posix", "--sparse", "--sparse-version=0.1")]
    [InlineData("--format=posix", "--sparse", "--sparse-version=1.0")]
    public void GNU_tar(params string[] flags) => Check(Tool.Named("tar"), [.. flags, "-cf", _directory["t.tar"], "-C", _directory["tree"], "."]);

    [RequiresFact(Needs.Root, "busybox")]
    public void Busybox_tar() => Check(Tool.Named("busybox"), ["tar", "-cf", _directory["t.tar"], "-C", _directory["tree"], "."]);

    [RequiresTheory(Needs.Root, "bsdtar")]
    [InlineData("gnutar")]
    [InlineData("pax")]
    public void Bsdtar(string format) => Check(Tool.Named("bsdtar"), ["--format", format, "-cf", _directory["t.tar"], "-C", _directory["tree"], "."]);

    [RequiresTheory(Needs.Root, "python3")]
    [InlineData("GNU_FORMAT")]
    [InlineData("PAX_FORMAT")]
    public void Python_tarfile(string format) => Check(
        Tool.Named("python3"),
        ["-c", $"import tarfile; t = tarfile.open('{_directory["t.tar"]}', 'w', format=tarfile.{format}); t.add('{_directory["tree"]}', '.'); t.close()"]);

    private void Check(Tool tool, string[] arguments)
    {
        var made = tool.Run(arguments);
        Assert.True(made.ExitCode == 0, made.ToString());
        using var result = DirectoryHandle.Open(_directory.MakeDirectory("result"));
        using var split = new MemoryStream();
        using (var tar = File.OpenRead(_directory["t.tar"]))
        {
            new LayerApplier(result, new LayerApplierOptions()).Apply(tar, split);
        }

        Assert.Equal(TreeListing.Of(_directory["tree"]), TreeListing.Of(_directory["result"]));
        Assert.True(result.Stat("sparse").Blocks * 512 < 5_000_001 || !arguments.Contains("--sparse"), "the holes were filled");
        Assert.Equal(
            Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(_directory["t.tar"]))),
            Convert.ToHexString(SHA256.HashData(DiffAndApplyPropertyTests.Rebuild(split.ToArray(), result))));
    }
}
