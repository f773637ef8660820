using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace BuildSharp.Testing;

/// <summary>
/// A base image made on the spot from the system's static busybox: a shell, its applets, <c>/etc/passwd</c> and <c>/tmp</c>. The
/// layer is packed by .NET's tar writer and the JSON is written here by hand, so that no code under test judges itself.
/// </summary>
/// <remarks>Needs the package <c>busybox-static</c>. The same machine always makes the same digest.</remarks>
public static class BusyboxImage
{
    private const string Passwd = "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/home/user:/bin/sh\n";
    private const string Group = "root:x:0:\nstaff:x:50:user\nuser:x:1000:\n";

    /// <summary>The only <c>PATH</c> its config sets.</summary>
    public const string SearchPath = "PATH=/bin:/usr/bin:/sbin:/usr/sbin";

    private static readonly DateTimeOffset Made = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly UnixFileMode Executable = (UnixFileMode)0b111_101_101;

    /// <summary>Writes an OCI layout with the image under the tag <c>latest</c>; returns what <c>from</c> takes: <c>oci:{directory}:latest</c>.</summary>
    public static string WriteLayout(string directory)
    {
        var blobs = Directory.CreateDirectory(Path.Combine(directory, "blobs", "sha256")).FullName;
        var tar = Layer();
        var layer = Gzip(tar);
        var config = Encoding.UTF8.GetBytes(
            $$"""
            {"created":"2026-01-02T03:04:05Z","architecture":"{{Architecture}}","os":"linux","config":{"Env":["{{SearchPath}}"],"Cmd":["sh"]},"rootfs":{"type":"layers","diff_ids":["{{DigestOf(tar)}}"]},"history":[{"created":"2026-01-02T03:04:05Z","created_by":"busybox-static"}]}
            """);
        var manifest = Encoding.UTF8.GetBytes(
            $$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{DigestOf(config)}}","size":{{config.Length}} },"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"{{DigestOf(layer)}}","size":{{layer.Length}} }]}
            """);
        foreach (var blob in new[] { layer, config, manifest })
        {
            File.WriteAllBytes(Path.Combine(blobs, DigestOf(blob)["sha256:".Length..]), blob);
        }

        File.WriteAllText(Path.Combine(directory, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        File.WriteAllText(Path.Combine(directory, "index.json"),
            $$"""
            {"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{{DigestOf(manifest)}}","size":{{manifest.Length}},"annotations":{"org.opencontainers.image.ref.name":"latest"} }]}
            """);
        return $"oci:{directory}:latest";
    }

    /// <summary>Unpacks the same tree into a directory, for tests that need a root filesystem and no image.</summary>
    public static void WriteRootfs(string directory)
    {
        Directory.CreateDirectory(directory);
        TarFile.ExtractToDirectory(new MemoryStream(Layer()), directory, overwriteFiles: false);
    }

    private static byte[] Layer()
    {
        var output = new MemoryStream();
        using (var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var name in new[] { "bin", "dev", "etc", "home", "proc", "root", "run", "sys", "tmp", "usr", "usr/bin", "var" })
            {
                Add(tar, TarEntryType.Directory, name, mode: name == "tmp" ? Executable | (UnixFileMode)0b1_010_010_010 | UnixFileMode.StickyBit : Executable);
            }

            Add(tar, TarEntryType.Directory, "home/user", owner: 1000);
            Add(tar, TarEntryType.RegularFile, "bin/busybox", content: File.ReadAllBytes(BusyboxPath));
            foreach (var applet in Applets.Where(applet => applet != "busybox"))
            {
                Add(tar, TarEntryType.SymbolicLink, $"bin/{applet}", link: "busybox");
            }

            Add(tar, TarEntryType.SymbolicLink, "usr/bin/env", link: "../../bin/busybox");
            Add(tar, TarEntryType.RegularFile, "etc/passwd", (UnixFileMode)0b110_100_100, Encoding.UTF8.GetBytes(Passwd));
            // buildah leaves empty ones behind when it has to make them to mount over; we do not, and with these both agree.
            foreach (var name in new[] { "etc/hostname", "etc/hosts", "etc/resolv.conf" })
            {
                Add(tar, TarEntryType.RegularFile, name, (UnixFileMode)0b110_100_100, []);
            }

            Add(tar, TarEntryType.RegularFile, "etc/group", (UnixFileMode)0b110_100_100, Encoding.UTF8.GetBytes(Group));
        }
        return output.ToArray();
    }

    private static void Add(
        TarWriter tar, TarEntryType type, string name, UnixFileMode? mode = null, byte[]? content = null, string? link = null, int owner = 0)
    {
        var entry = new PaxTarEntry(type, name) { Mode = mode ?? Executable, ModificationTime = Made, Uid = owner, Gid = owner };
        if (link is not null)
        {
            entry.LinkName = link;
        }

        if (content is not null)
        {
            entry.DataStream = new MemoryStream(content);
        }

        tar.WriteEntry(entry);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return output.ToArray();
    }

    private static string DigestOf(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string BusyboxPath => File.Exists("/bin/busybox") ? "/bin/busybox" : "/usr/bin/busybox";

    private static IReadOnlyList<string> Applets => Tool.Named(BusyboxPath).Run(["--list"]).Lines;

    private static string Architecture => System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        var other => other.ToString().ToLowerInvariant(),
    };
}
