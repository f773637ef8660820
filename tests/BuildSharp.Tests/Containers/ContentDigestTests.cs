using BuildSharp.Containers.Adding;
using BuildSharp.Linux;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Containers;

/// <summary>The digest in history entries equals the one that buildah prints for the same call.</summary>
public sealed class ContentDigestTests(BuildahStore store) : IClassFixture<BuildahStore>
{
    private const string Long = "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn";

    [RequiresTheory(Needs.Root, "buildah")]
    [InlineData("echo hello > f", "f", "/f", "")]
    [InlineData("echo hello > f", "f", "/renamed", "")]
    [InlineData("echo hello > f", "f", "/into/", "")]
    [InlineData("echo hello > f; touch -d 2001-02-03 f", "f", "/f", "")]
    [InlineData("echo hello > f; chown 65534:65534 f", "f", "/f", "")]
    [InlineData("echo hello > f; chown 54321:54321 f", "f", "/f", "")]
    [InlineData("echo hello > f; chmod 4755 f", "f", "/f", "")]
    [InlineData("echo hello > f", "f", "/f", "--chown 5:6")]
    [InlineData("echo hello > f", "f", "/f", "--chown 7")]
    [InlineData("echo hello > f", "f", "/f", "--chmod 600")]
    [InlineData("echo hello > f; ln -s f l", "l", "/into/", "")]
    [InlineData("touch empty", "empty", "/e", "")]
    [InlineData("head -c 1000000 /dev/zero > big", "big", "/b", "")]
    [InlineData("truncate -s 1M sparse; echo x >> sparse", "sparse", "/b", "")]
    [InlineData("mkdir -p d/sub; echo b > d/x; echo c > d/sub/y; ln -s x d/lnk; ln d/x d/hard; mkfifo d/p", "d", "/d", "")]
    [InlineData("mkdir -p d/sub; echo b > d/x; echo c > d/sub/y", "d", "/d", "--chown 5:6 --chmod 711")]
    [InlineData("mkdir -p d; echo b > d/x; ln d/x d/y; ln d/x d/z", "d", "/d", "--chown 5:6")]
    [InlineData("mkdir -p d/e", "d", "/d", "")]
    [InlineData("mkdir d; mknod d/null c 1 3; mknod d/loop b 7 0", "d", "/d", "")]
    [InlineData("mkdir d; echo x > d/b.c; echo x > d/b; mkdir d/b-; echo x > d/b-/z", "d", "/d", "")]
    [InlineData("echo x > é; mkdir d; echo y > d/日本", "é d", "/m/", "")]
    [InlineData("mkdir d; echo x > d/" + Long, "d", "/d", "")]
    [InlineData("mkdir -p d/" + Long + "/" + Long + "; echo x > d/" + Long + "/" + Long + "/f; ln -s " + Long + " d/l", "d", "/d", "")]
    [InlineData("mkdir -p d/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; echo x > d/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "d", "/d", "")]
    [InlineData("echo a > a; echo b > b", "a b", "/m/", "")]
    [InlineData("echo a > a; mkdir d; echo b > d/b", "a d", "/m/", "")]
    [InlineData("mkdir d; echo a > d/a; echo b > d/b; mkdir d/c; echo e > d/c/e", "d/*", "/m/", "")]
    [InlineData("echo a > f; python3 -c 'import os; os.setxattr(\"f\", \"user.x\", b\"v\\0w\"); os.setxattr(\"f\", \"user.a\", b\"\")'", "f", "/f", "")]
    public async Task Copying_gives_the_digest_of_buildah(string script, string sources, string destination, string flags) =>
        await CompareAsync("copy", script, sources, destination, flags);

    [RequiresTheory(Needs.Root, "buildah")]
    [InlineData("mkdir a; echo x > a/f; ln -s f a/l; ln a/f a/h; tar -cf t.tar a", "t.tar")]
    [InlineData("mkdir a; echo x > a/f; tar --format=pax -cf t.tar a", "t.tar")]
    [InlineData("mkdir a; echo x > a/f; touch -d 2001-01-01T00:00:00.5 a/f; tar --format=posix -cf t.tar a", "t.tar")]
    [InlineData("mkdir a; echo x > a/f; tar --format=ustar -cf t.tar a", "t.tar")]
    [InlineData("mkdir a; echo x > a/f; chown 7:50 a/f; chmod 4755 a/f; tar --format=v7 -cf t.tar a", "t.tar")]
    [InlineData("mkdir a; echo x > a/" + Long + "; ln -s " + Long + " a/l; tar -czf t.tar a", "t.tar")]
    [InlineData("mkdir a; echo x > a/" + Long + "; tar --format=pax -czf t.tar a", "t.tar")]
    [InlineData("mkdir a; echo x > a/f; tar -C a -czf t.bin .", "t.bin")]
    [InlineData("echo no tar > t.tar", "t.tar")]
    [InlineData("echo no tar | gzip -n > t.tar.gz", "t.tar.gz")]
    [InlineData("head -c 10240 /dev/zero > zeros.tar", "zeros.tar")]
    [InlineData("mkdir d; echo x > f; tar -cf d/t.tar f", "d")]
    public async Task Adding_gives_the_digest_of_buildah(string script, string sources) =>
        await CompareAsync("add", script, sources, "/z/", "");

    private async Task CompareAsync(string verb, string script, string sources, string destination, string flags)
    {
        using var temporary = new TemporaryDirectory();
        var source = temporary.MakeDirectory("source");
        await Tool.Named("sh").In(source).RunAsync("-ec", script);
        var container = await store.BuildahAsync("from", "scratch");
        string[] words = [verb, .. Words(flags), container, .. Words(sources), destination];
        var expected = await store.Buildah.In(source).ReadAsync(words);

        var flagWords = Words(flags);
        string? Flag(string name) => Array.IndexOf(flagWords, name) is var at and >= 0 ? flagWords[at + 1] : null;
        using var root = DirectoryHandle.Open(temporary.MakeDirectory("container"));
        using var call = new AddCall(
            new AddRequest
            {
                Sources = [.. Words(sources).Select(word => new LocalSource("/", $"{source}/{word}"))],
                Destination = destination,
                Extract = verb == "add",
                Chown = Flag("--chown"),
                Chmod = Flag("--chmod"),
            },
            root,
            "/");
        Assert.Equal(expected, call.Run().Digest.Hex);
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
