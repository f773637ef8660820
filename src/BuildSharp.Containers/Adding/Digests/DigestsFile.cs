using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Adding.Digests;

/// <summary>The file of <see cref="FileDigests"/>: a header, the files by inode, and the items, the newest last. A checksum tells a file that
/// a crash left unfinished; integers are those of the processor.</summary>
/// <param name="files">The files, sorted by inode.</param>
/// <param name="items">The items.</param>
internal sealed class DigestsFile(KnownFile[] files, KnownItem[] items)
{
    /// <summary>Most items, that is, sources of COPY and ADD and bind mounts.</summary>
    public const int MostItems = 1_000;

    private const long Format = 0x31_736C_6946_5342; // "BSFils1"

    public KnownFile[] Files => files;

    public KnownItem[] Items => items;

    /// <exception cref="InvalidDataException">It is not such a file, or not a whole one.</exception>
    public static DigestsFile Read(string path)
    {
        using var file = File.OpenRead(path);
        var header = default(Header);
        var length = file.ReadAtLeast(MemoryMarshal.AsBytes(new Span<Header>(ref header)), Unsafe.SizeOf<Header>(), throwOnEndOfStream: false);
        if (length < Unsafe.SizeOf<Header>() || header.Format != Format || header.Files is < 0 or > FileDigests.Most || header.Items is < 0 or > MostItems)
        {
            throw new InvalidDataException("is not a file of digests; it is made again");
        }

        var found = new DigestsFile(new KnownFile[header.Files], new KnownItem[header.Items]);
        file.ReadAtLeast(MemoryMarshal.AsBytes(found.Files.AsSpan()), found.Files.Length * Unsafe.SizeOf<KnownFile>(), throwOnEndOfStream: false);
        file.ReadAtLeast(MemoryMarshal.AsBytes(found.Items.AsSpan()), found.Items.Length * Unsafe.SizeOf<KnownItem>(), throwOnEndOfStream: false);
        return found.Checksum() == header.Checksum ? found : throw new InvalidDataException("is damaged; it is made again");
    }

    public void Write(string path)
    {
        var header = new Header(Format, files.Length, items.Length, Checksum());
        byte[] content =
        [
            .. MemoryMarshal.AsBytes(new ReadOnlySpan<Header>(in header)),
            .. MemoryMarshal.AsBytes(files.AsSpan()),
            .. MemoryMarshal.AsBytes(items.AsSpan()),
        ];
        ReplacedFile.Write(path, content, Octal.O600);
    }

    /// <summary>Index of a file in exactly this state; -1 when there is none.</summary>
    public int IndexOf(in FileState state)
    {
        var (low, high) = (0, files.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var found = files[middle].State;
            if (found.Inode == state.Inode)
            {
                return found == state ? middle : -1;
            }

            (low, high) = found.Inode < state.Inode ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    private ulong Checksum()
    {
        var sum = new XxHash3();
        sum.Append(MemoryMarshal.AsBytes(files.AsSpan()));
        sum.Append(MemoryMarshal.AsBytes(items.AsSpan()));
        return sum.GetCurrentHashAsUInt64();
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Header(long Format, int Files, int Items, ulong Checksum);
}

/// <summary>A file and the digest of its content.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct KnownFile(in FileState state, Digest content)
{
    public readonly FileState State = state;
    public readonly Sha256Hash Content = new(content);
}

/// <summary>An item: its digest with digests in place of content, and its digest.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct KnownItem(Digest key, Digest item)
{
    public readonly Sha256Hash Key = new(key);
    public readonly Sha256Hash Item = new(item);
}

/// <summary>The bytes of a SHA-256 digest.</summary>
[InlineArray(32)]
internal struct Sha256Hash
{
    private byte _first;

    public Sha256Hash(Digest digest) => Convert.FromHexString(digest.Hex, this, out _, out _);

    public readonly Digest ToDigest() => Digest.FromSha256Hash(this);
}
