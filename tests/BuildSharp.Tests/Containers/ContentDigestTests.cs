using BuildSharp.Containers.Adding;
using BuildSharp.Containers.Adding.Digests;
using BuildSharp.Containers.Adding.Sources;
using BuildSharp.Linux;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Containers;

/// <summary>The digest in history entries equals the one that buildah prints for the same call. The expected values are those that buildah
/// 1.43.2 printed; older versions, Debian's among them, print others.</summary>
public sealed class ContentDigestTests
{
    private const string Long = "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn";

    [RequiresTheory(Needs.Root, "python3")]
    [InlineData("8792d6d243018bec05f27e8c4f8955d9af3b4dd90f1d0f8c95433b29d7c07697", "echo hello > f", "f", "/f", "")]
    [InlineData("a9b0e2f08b386b035ef525934e10e13c7fa0995244d19aa22968b45076a0901b", "echo hello > f", "f", "/renamed", "")]
    [InlineData("8792d6d243018bec05f27e8c4f8955d9af3b4dd90f1d0f8c95433b29d7c07697", "echo hello > f", "f", "/into/", "")]
    [InlineData("8792d6d243018bec05f27e8c4f8955d9af3b4dd90f1d0f8c95433b29d7c07697", "echo hello > f; touch -d 2001-02-03 f", "f", "/f", "")]
    [InlineData("8792d6d243018bec05f27e8c4f8955d9af3b4dd90f1d0f8c95433b29d7c07697", "echo hello > f; chown 65534:65534 f", "f", "/f", "")]
    [InlineData("8792d6d243018bec05f27e8c4f8955d9af3b4dd90f1d0f8c95433b29d7c07697", "echo hello > f; chown 54321:54321 f", "f", "/f", "")]
    [InlineData("22078ef1ab75fe8817765ee19e08055637810396a9127e1508b9657d6d5efca6", "echo hello > f; chmod 4755 f", "f", "/f", "")]
    [InlineData("f6b53f8736da10835625d4f21043e61df08b0ff32b7a159343554a3b1d9d64bb", "echo hello > f", "f", "/f", "--chown 5:6")]
    [InlineData("4407b0e5e52abf101ec0067005c0db47a9923cdacb859af6a4161c72043a4583", "echo hello > f", "f", "/f", "--chown 7")]
    [InlineData("4cf06973f9ccd3468a6679da14df2c3447fb8593f4086e3d68f39f0bcc0a0b59", "echo hello > f", "f", "/f", "--chmod 600")]
    [InlineData("9d9d8aba6d2b30ef22bde67fb835e4e76e684011d6e13fd060b6a41cdefa7386", "echo hello > f; ln -s f l", "l", "/into/", "")]
    [InlineData("536b950581c939f66526cbba85b99563094fde37636b6cea46940aa19852ea79", "touch empty", "empty", "/e", "")]
    [InlineData("d8a2e199ccfb376636b542aad519ae200eced386bc0a69bd94d279d8ce1e5e02", "head -c 1000000 /dev/zero > big", "big", "/b", "")]
    [InlineData("b40a9286c36f4f5fbf90f253cfcad8fd3eaa5a0411422bfd698cdd24a97d07a7", "truncate -s 1M sparse; echo x >> sparse", "sparse", "/b", "")]
    [InlineData("3e21f08f0cd410b9b58567df2e6b886e16d7003e5e1cfa846cbcae0c1a741e9f", "mkdir -p d/sub; echo b > d/x; echo c > d/sub/y; ln -s x d/lnk; ln d/x d/hard; mkfifo d/p", "d", "/d", "")]
    [InlineData("658e020c16f9767842b1861d512c590a3f52770fbe0fada037d7f510d105dbb0", "mkdir -p d/sub; echo b > d/x; echo c > d/sub/y", "d", "/d", "--chown 5:6 --chmod 711")]
    [InlineData("a8788d2e3d78a2321857e3c765f84772c980c0a7c974e967d36334ca7d975541", "mkdir -p d; echo b > d/x; ln d/x d/y; ln d/x d/z", "d", "/d", "--chown 5:6")]
    [InlineData("2e48237c219e9e78d841fcb1a93c4169d276a639af199b99c5d1f65e2b4b2f3b", "mkdir -p d/e", "d", "/d", "")]
    [InlineData("e9bba6112acc6aae26c40e5c67ca7eba6e1ec4f2def48ec85edf5cd237a448a2", "mkdir d; mknod d/null c 1 3; mknod d/loop b 7 0", "d", "/d", "")]
    [InlineData("239bac840fb2a4ed5baf431c96b3e093c07192bbbe1f1a5b883fa1dde8482847", "mkdir d; echo x > d/b.c; echo x > d/b; mkdir d/b-; echo x > d/b-/z", "d", "/d", "")]
    [InlineData("ce0a658b4120874db9bbe2874f4b8eed6b812a6df7cab4610865b0b10e70d969", "echo x > é; mkdir d; echo y > d/日本", "é d", "/m/", "")]
    [InlineData("0e210aca69cc90558757d97a9ed67c17e75e18abdc057a051240b36124651c08", "mkdir d; echo x > d/" + Long, "d", "/d", "")]
    [InlineData("be82766244829837d0e253455f02a5d100cdf85509785e18bf356beb0d30e916", "mkdir -p d/" + Long + "/" + Long + "; echo x > d/" + Long + "/" + Long + "/f; ln -s " + Long + " d/l", "d", "/d", "")]
    [InlineData("6929488487c2b1be147ceeab32eba7fd1953dfc716717008e944b87080df3666", "mkdir -p d/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; echo x > d/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "d", "/d", "")]
    [InlineData("949cb7afd8bf3d2e6c1a301878ebe50ea29623aede94a456e2b894d17fa1b877", "echo a > a; echo b > b", "a b", "/m/", "")]
    [InlineData("529c3cad89f05eee3d57e0c10a5ccdde5d9d64b1d7d041008b627a936c2dcaee", "echo a > a; mkdir d; echo b > d/b", "a d", "/m/", "")]
    [InlineData("0d2790af31bc1252ab74d84716026b732d9862ba64d0d4f0e6ca2c1039c06a12", "mkdir d; echo a > d/a; echo b > d/b; mkdir d/c; echo e > d/c/e", "d/*", "/m/", "")]
    [InlineData("5bb9930fa0d795029d8d0184c377eaee25cb372467a7ffae1759cfcd966e69ad", "echo a > f; python3 -c 'import os; os.setxattr(\"f\", \"user.x\", b\"v\\0w\"); os.setxattr(\"f\", \"user.a\", b\"\")'", "f", "/f", "")]
    public async Task Copying_gives_the_digest_of_buildah(string expected, string script, string sources, string destination, string flags) =>
        await CompareAsync(expected, "copy", script, sources, destination, flags);

    [RequiresTheory(Needs.Root, "tar")]
    [InlineData("c5e24d6439b03ef1c78f1f4bb51c04a283789a4bbaa3a42dc94cb39c0726fc7c", "mkdir a; echo x > a/f; ln -s f a/l; ln a/f a/h; tar --no-recursion -cf t.tar a a/h a/f a/l", "t.tar")]
    [InlineData("2525110d55f679a814b1cce15877b1c52baafc56f13fbf0619547ef0a00734ad", "mkdir a; echo x > a/f; tar --format=pax -cf t.tar a", "t.tar")]
    [InlineData("2525110d55f679a814b1cce15877b1c52baafc56f13fbf0619547ef0a00734ad", "mkdir a; echo x > a/f; touch -d 2001-01-01T00:00:00.5 a/f; tar --format=posix -cf t.tar a", "t.tar")]
    [InlineData("2525110d55f679a814b1cce15877b1c52baafc56f13fbf0619547ef0a00734ad", "mkdir a; echo x > a/f; tar --format=ustar -cf t.tar a", "t.tar")]
    [InlineData("e3a9d09e79515bfc90db0f0f7661b7075953d4f81571ba285129c1623ef6bcb8", "mkdir a; echo x > a/f; chown 7:50 a/f; chmod 4755 a/f; tar --format=v7 -cf t.tar a", "t.tar")]
    [InlineData("8d4eb4d35aa58f8430e2d22e37e35520af61a2fff574993252c2499c3b71caa3", "mkdir a; echo x > a/" + Long + "; ln -s " + Long + " a/l; tar --no-recursion -czf t.tar a a/" + Long + " a/l", "t.tar")]
    [InlineData("8bf54edb5988897d49885c749b3bf0ace531b1694d9f86a2c331ece0f7d6cf09", "mkdir a; echo x > a/" + Long + "; tar --format=pax -czf t.tar a", "t.tar")]
    [InlineData("30558a8edb5d4a6c2005c638d1780e43ef788b2cd89ff5f78c1349d965e4537f", "mkdir a; echo x > a/f; tar -C a -czf t.bin .", "t.bin")]
    [InlineData("24c32cbabc1e97c2513a2db14f9c45889a2e30b77a7e556da4d7e2fd47a0fcf3", "echo no tar > t.tar", "t.tar")]
    [InlineData("72e46962a4c2d53a6811fcff1924ea5b628d9b00f4b00f862347374ad1bac428", "echo no tar | gzip -n > t.tar.gz", "t.tar.gz")]
    [InlineData("149f8cc65cd9a827445711c30d62630d2cdfc19291ef757d35e3d15941abf22d", "head -c 10240 /dev/zero > zeros.tar", "zeros.tar")]
    [InlineData("aa313b1fd1e89a5a6da0a1ebfd9c031036d9619220eaff451fc2bc36dab3387d", "mkdir d; echo x > f; touch -d @0 f; tar -cf d/t.tar f", "d")]
    public async Task Adding_gives_the_digest_of_buildah(string expected, string script, string sources) =>
        await CompareAsync(expected, "add", script, sources, "/z/", "");

    private static async Task CompareAsync(string expected, string verb, string script, string sources, string destination, string flags)
    {
        using var temporary = new TemporaryDirectory();
        var source = temporary.MakeDirectory("source");
        await Tool.Named("sh").In(source).RunAsync("-ec", "umask 022; " + script);

        var flagWords = Words(flags);
        string? Flag(string name) => Array.IndexOf(flagWords, name) is var at and >= 0 ? flagWords[at + 1] : null;
        using var root = DirectoryHandle.Open(temporary.MakeDirectory("container"));
        var request = new AddRequest
        {
            Sources = [.. Words(sources).Select(word => new LocalSource("/", $"{source}/{word}"))],
            Destination = destination,
            Extract = verb == "add",
            Chown = Flag("--chown"),
            Chmod = Flag("--chmod"),
        };
        string DigestOf(AddRequest request)
        {
            using var call = new AddCall(request, root, "/");
            return call.Run().Digest.Hex;
        }

        // Hashed anew, then with what was remembered of the first time, then while it is copied.
        var known = FileDigests.TryOpen(temporary["known"], source, DateTimeOffset.UtcNow.AddHours(1), debug: null);
        Assert.Equal(expected, DigestOf(request with { DryRun = true, Known = known }));
        Assert.Equal(expected, DigestOf(request with { DryRun = true, Known = known }));
        Assert.Equal(expected, DigestOf(request with { Known = known }));
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
