using System.Security.Cryptography;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>The binary in a root directory that holds it, the C library and nothing else: no OpenSSL, no libzstd, no program, no /proc or /dev.</summary>
public sealed class BareMachineTests : IDisposable
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    private readonly TemporaryDirectory _machine = new();
    private readonly byte[] _content = new byte[3_000_000];

    public BareMachineTests()
    {
        foreach (var name in (string[])["tmp", "context"])
        {
            _machine.MakeDirectory(name);
        }

        new Random(1234).NextBytes(_content);
    }

    private Tool BuildSharp => Tool.Named("chroot").In(_machine.Path)
        .WithEnvironment("TMPDIR", "/tmp")
        .WithEnvironment("HOME", "/")
        .WithLeading(".", "/buildsharp")
        .WithLeading("--root", "/store", "--runroot", "/run", "--storage-driver", "vfs");

    public void Dispose() => _machine.Dispose();

    [RequiresFact(All, "chroot", "ldd", "tar", "gzip", "xz", "bzip2", "zstd", "skopeo")]
    public async Task Archives_commits_local_pushes_and_builds_need_nothing_but_the_C_library()
    {
        await InstallAsync();
        var container = await BuildSharp.ReadAsync("from", "scratch");
        var root = _machine.Path + await BuildSharp.ReadAsync("mount", container);
        foreach (var compressor in (string[])["gzip", "xz", "bzip2", "zstd"])
        {
            await BuildSharp.RunAsync("add", container, $"/{compressor}.tar", $"/{compressor}/");
            Assert.Equal(_content, await File.ReadAllBytesAsync(Path.Combine(root, compressor, "random")));
        }

        await BuildSharp.RunAsync("commit", container, "added");
        await BuildSharp.RunAsync("push", "added", "oci:/layout:added");

        _machine.Write("context/Dockerfile", "FROM localhost/added\nADD xz.tar /again/\nCOPY zstd.tar /\nENV A=1\n");
        foreach (var archive in (string[])["xz.tar", "zstd.tar"])
        {
            File.Copy(_machine[archive], _machine[$"context/{archive}"]);
        }

        await BuildSharp.RunAsync("bud", "-t", "built", "/context");
        await BuildSharp.RunAsync("push", "built", "oci:/layout:built");

        // Whoever has OpenSSL finds every digest right.
        await Tool.Named("skopeo").RunAsync("copy", "-q", $"oci:{_machine["layout"]}:built", $"dir:{_machine.MakeDirectory("copy")}");
        Assert.All(
            Directory.GetFiles(_machine["layout/blobs/sha256"]),
            blob => Assert.Equal(Path.GetFileName(blob), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(blob)))));
    }

    [RequiresFact(All, "chroot", "ldd", "tar", "gzip")]
    public async Task What_needs_a_library_says_which_package_has_it()
    {
        await InstallAsync("gzip");
        var container = await BuildSharp.ReadAsync("from", "scratch");
        await BuildSharp.RunAsync("add", container, "/gzip.tar", "/");
        await BuildSharp.RunAsync("commit", container, "added");
        var https = await BuildSharp.RunAsync(125, ["add", container, "https://127.0.0.1:1/file", "/"]);
        Assert.EndsWith("libssl.so.3 is needed to connect to https://127.0.0.1:1 and not installed; install the Debian package libssl3\n", https.Error);
        var http = await BuildSharp.RunAsync(125, ["add", "--retry", "0", container, "http://127.0.0.1:1/file", "/"]);
        Assert.Contains("Connection refused", http.Error);
        var zstd = await BuildSharp.RunAsync(125, ["push", "--compression-format", "zstd", "added", "oci:/layout:added"]);
        Assert.Contains("libzstd.so.1 is needed to compress with zstd and not installed; install the Debian package libzstd1", zstd.Error);
    }

    private async Task InstallAsync(params string[] compressors)
    {
        File.Copy(Checkout.Binary, _machine["buildsharp"]);
        string[] libraries = [.. (await Tool.Named("ldd").ReadAsync(Checkout.Binary)).Split((char[])[' ', '\t', '\n']).Where(word => word.StartsWith('/'))];
        Assert.All(libraries, library => Assert.Matches("^(libc|libm|ld-linux.*)\\.so", Path.GetFileName(library)));
        foreach (var library in libraries)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_machine.Path + library)!);
            File.Copy(library, _machine.Path + library);
        }

        _machine.MakeDirectory("packed");
        await File.WriteAllBytesAsync(_machine["packed/random"], _content);
        foreach (var compressor in compressors.Length > 0 ? compressors : ["gzip", "xz", "bzip2", "zstd"])
        {
            await Tool.Named("tar").RunAsync("-C", _machine["packed"], "-I", compressor, "-cf", _machine[$"{compressor}.tar"], ".");
        }
    }
}
