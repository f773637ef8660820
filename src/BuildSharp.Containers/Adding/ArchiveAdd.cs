using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Containers.Adding;

/// <summary>Unpacks a local tar, as ADD does (Dockerfile reference, ADD). Whether a file is one is told by its content, never by its name;
/// owners, modes and times are the archive's, whatever <c>--chown</c> and <c>--chmod</c> say.</summary>
internal static class ArchiveAdd
{
    /// <summary>Whether the file is a tar, compressed or not, with at least one entry.</summary>
    /// <param name="file">The file; its position does not matter.</param>
    /// <param name="isGnu">Whether the first header is of the GNU dialect.</param>
    /// <exception cref="UnsupportedCompressionException">The file is sound and cannot be decompressed here: it must not be copied as it is.</exception>
    public static bool IsArchive(SafeFileHandle file, out bool isGnu)
    {
        isGnu = false;
        try
        {
            using (var head = Compression.OpenDecompressing(new FileContent(file)))
            {
                var block = new byte[512];
                isGnu = head.ReadAtLeast(block, block.Length, throwOnEndOfStream: false) == block.Length
                    && block.AsSpan(257, 8).SequenceEqual("ustar  \0"u8);
            }

            using var tar = Compression.OpenDecompressing(new FileContent(file));
            return new TarReader(tar).ReadNext() is not null;
        }
        catch (Exception e) when (e is (BuildSharpException or InvalidDataException or IOException) and not (LinuxException or UnsupportedCompressionException))
        {
            return false;
        }
    }

    /// <summary>Hashes the entries and puts them below a directory.</summary>
    /// <param name="file">The archive.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="digest">Where the entries are hashed.</param>
    /// <param name="tree">The container; null only hashes.</param>
    /// <param name="into">Where the entries are put.</param>
    /// <param name="cancellation">Stops it, within an entry too.</param>
    public static void Extract(SafeFileHandle file, string name, ItemDigest digest, TargetTree? tree, byte[] into, CancellationToken cancellation)
    {
        using var content = new FileContent(file, cancellation);
        using var tar = Compression.OpenDecompressing(content);
        var reader = new TarReader(tar, null, name);
        using var extraction = tree is null ? null : new ArchiveExtraction(tree, into, cancellation);
        var claimed = 0L;
        while (reader.ReadNext() is { } header)
        {
            // A hole costs the archive nothing, and the hash of the content as much time as any other bytes.
            if (header.SparseExtents is not null && (header.Size > ExpansionLimit.PlainBytes || (claimed += header.Size) > ExpansionLimit.PlainBytes))
            {
                throw new BuildSharpException($"{name}: its sparse files come to more than {ExpansionLimit.PlainBytes >> 30} GiB; refused");
            }

            if (extraction is null)
            {
                digest.Add(WithoutTime(header), reader.Content);
            }
            else
            {
                extraction.Put(header, reader.Content, entry => digest.Add(WithoutTime(header), entry));
            }
        }

        extraction?.Complete();
    }

    private static TarHeader WithoutTime(TarHeader header) => new()
    {
        Name = header.Name,
        Type = header.Type,
        Mode = header.Mode,
        Uid = header.Uid,
        Gid = header.Gid,
        Size = header.Size,
        LinkName = header.LinkName,
        UserName = header.UserName,
        GroupName = header.GroupName,
        DeviceMajor = header.DeviceMajor,
        DeviceMinor = header.DeviceMinor,
        Xattrs = header.Xattrs,
    };
}
