using BuildSharp.Testing;

namespace BuildSharp.Tests.Cli;

/// <summary><c>commit --add-file</c> (buildah-commit(1)): files that the image gets and the container does not.</summary>
public sealed class CommitFilesTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly CommandLine _line = new();
    private string _driver = "vfs";

    public CommitFilesTests() => _line.Directory = _temporary.MakeDirectory("work");

    public void Dispose() => _temporary.Dispose();

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void A_file_is_in_the_image_and_not_in_the_container(string driver)
    {
        _driver = driver;
        var container = ContainerOfBase();
        Do("copy", "-q", container, Given("old"), "/etc/motd");
        var image = Do("commit", "-q", "--add-file", $"{Given("new")}:/etc/motd", "--add-file", $"{Given("second")}:/etc/second", "--add-file", "old:lib/deep/name", container);

        Assert.Equal("old", In(container, root => File.ReadAllText(root + "/etc/motd")));
        Assert.Equal(["motd"], In(container, root => Directory.EnumerateFiles(root + "/etc").Select(path => Path.GetFileName(path)!).Order().ToArray()));
        var said = In(Do("from", "--pull-never", image), root =>
        {
            Assert.Equal("new", File.ReadAllText(root + "/etc/motd"));
            Assert.Equal("second", File.ReadAllText(root + "/etc/second"));
            return new[] { "etc", "etc/motd", "usr/lib/deep", "usr/lib/deep/name", "lib" }.Select(path => Stat(Path.Combine(root, path))).ToArray();
        });
        Assert.Equal(["3:4 750", "0:0 644", "0:0 755", "0:0 644", "0:0 777"], said);
        Assert.Equal("2", Layers(image));
        Do("check");
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData("--squash", "1")]
    [InlineData("--rm", "2")]
    public void It_goes_with_every_way_to_commit(string flag, string layers)
    {
        _driver = "overlay";
        var container = ContainerOfBase();
        var image = Do("commit", "-q", flag, "--timestamp", "7", "--add-file", $"{Given("f")}:/etc/f", container);
        Assert.Equal(layers, Layers(image));
        In(Do("from", "--pull-never", image), root =>
        {
            Assert.Equal("f", File.ReadAllText(root + "/etc/f"));
            Assert.Equal(7, new DateTimeOffset(File.GetLastWriteTimeUtc(root + "/etc/f")).ToUnixTimeSeconds());
            Assert.Equal("3:4 750", Stat(root + "/etc"));
            return 0;
        });
    }

    [RequiresFact(Needs.Root)]
    public void Only_a_regular_file_can_be_added_and_not_over_a_directory()
    {
        var container = ContainerOfBase();
        Given("f");
        Assert.Contains("parsing add-file argument \"none:/x\": source \"none\" does not exist", Refused("none:/x"));
        Assert.Contains("parsing add-file argument \"/dev/null\": source \"/dev/null\" is not a regular file", Refused("/dev/null"));
        Assert.Contains("parsing add-file argument \".:/x\": source \".\" is not a regular file", Refused(".:/x"));
        Assert.Contains("f to the image as /etc: there is a directory in the container; name the file in it", Refused("f:/etc"));
        Assert.Single(Do("images", "--format", "{{.Name}}").Split('\n'), "localhost/base");

        string Refused(string file)
        {
            var (status, _, error) = Run("commit", "-q", "--add-file", file, container);
            Assert.Equal(125, status);
            return error;
        }
    }

    private string ContainerOfBase()
    {
        _temporary.Write("work/context/.dockerignore", "Dockerfile\n.dockerignore\n");
        Directory.CreateDirectory(Path.Combine(_line.Directory, "context/etc"));
        Directory.CreateDirectory(Path.Combine(_line.Directory, "context/usr/lib"));
        File.CreateSymbolicLink(Path.Combine(_line.Directory, "context/lib"), "usr/lib");
        _temporary.Write("work/context/Dockerfile", "FROM scratch\nCOPY . /\n");
        Do("bud", "-q", "-t", "base", "context");
        var container = Do("from", "base");
        In(container, root => Tool.Named("sh").Run(["-ec", $"chown 3:4 {root}/etc; chmod 750 {root}/etc"]));
        Do("commit", "-q", "--rm", "--squash", container, "base");
        return Do("from", "base");
    }

    /// <summary>A file that holds its own name.</summary>
    private string Given(string name)
    {
        _temporary.Write($"work/{name}", name);
        return name;
    }

    private string Layers(string image) => Do("inspect", "--type", "image", "--format", "{{len .OCIv1.RootFS.DiffIDs}}", image);

    private static string Stat(string path) => Tool.Named("stat").Run(["-c", "%u:%g %a", path]).Output.Trim();

    private (int Status, string Out, string Error) Run(params string[] words) =>
        _line.Run(["--root", _temporary["root"], "--runroot", _temporary["run"], "--storage-driver", _driver, .. words]);

    private string Do(params string[] words)
    {
        var (status, output, error) = Run(words);
        Assert.True(status == 0, error);
        return output.Trim();
    }

    private T In<T>(string container, Func<string, T> look)
    {
        var root = Do("mount", container);
        Assert.StartsWith(_temporary.Path, root, StringComparison.Ordinal);
        try
        {
            return look(root);
        }
        finally
        {
            Do("umount", container);
        }
    }
}
