using BuildSharp.Containers.Adding.Digests;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Containers;

/// <summary>What the history says about the content of a bind mount. The digests are those of tars written by hand as Go's archive/tar
/// writes them: ustar, no times, the top as ".", directories without a slash at the end, account names of the machine.</summary>
public sealed class MountedDigestTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public MountedDigestTests()
    {
        _directory.Write("c/a", "a\n");
        _directory.Write("c/d/e/z", "z\n");
        File.CreateSymbolicLink(_directory["c/l"], "a");
        File.CreateSymbolicLink(_directory["c/out"], "/a");
        File.SetUnixFileMode(_directory["c/a"], (UnixFileMode)Octal.O600);
        File.SetUnixFileMode(_directory["c/d/e/z"], (UnixFileMode)Octal.O644);
        foreach (var name in (string[])["c", "c/d", "c/d/e"])
        {
            File.SetUnixFileMode(_directory[name], (UnixFileMode)Octal.O755);
        }
    }

    public void Dispose() => _directory.Dispose();

    [RequiresTheory(Needs.Root)]
    [InlineData("/", "d42680e037fa02a1f055f43a00f939124de4071283339cf191fe5f01a83a6417")]
    [InlineData("d/", "b1efa703bc57b68756c483a1ca77d2ce42c5ef8df60d004f3daf8c7139f495c1")]
    [InlineData("a", "35f866dd06d4943a938ccc9637b1f73e3ae567bd8e67188aab490cc97ca61e6f")]
    [InlineData("l", "35f866dd06d4943a938ccc9637b1f73e3ae567bd8e67188aab490cc97ca61e6f")]
    [InlineData("out", "35f866dd06d4943a938ccc9637b1f73e3ae567bd8e67188aab490cc97ca61e6f")]
    [InlineData("../../c/../d", "b1efa703bc57b68756c483a1ca77d2ce42c5ef8df60d004f3daf8c7139f495c1")]
    public void The_digest_is_that_of_buildah(string source, string expected) => Assert.Equal("sha256:" + expected, Of(source));

    [Fact]
    public void A_changed_name_mode_link_or_content_changes_it_and_a_time_does_not()
    {
        HashSet<string> seen = [Of("/")];
        File.SetLastWriteTimeUtc(_directory["c/a"], DateTime.UnixEpoch);
        Assert.False(seen.Add(Of("/")));
        Changes(() => File.WriteAllText(_directory["c/a"], "b\n"));
        Changes(() => File.SetUnixFileMode(_directory["c/a"], (UnixFileMode)Octal.O644));
        Changes(() => File.Move(_directory["c/a"], _directory["c/b"]));
        Changes(() => File.Delete(_directory["c/l"]));
        Changes(() => File.CreateSymbolicLink(_directory["c/l"], "b"));
        Changes(() => _directory.MakeDirectory("c/empty"));

        void Changes(Action change)
        {
            change();
            Assert.True(seen.Add(Of("/")));
        }
    }

    [Fact]
    public void A_missing_source_is_named()
    {
        var error = Assert.Throws<BuildSharpException>(() => Of("none"));
        Assert.StartsWith($"generating checksum for none in {_directory["c"]}: ", error.Message, StringComparison.Ordinal);
    }

    private string Of(string source) => MountedDigest.Of(_directory["c"], source, files: null, known: null, CancellationToken.None).ToString();
}
