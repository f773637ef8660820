using BuildSharp.Containers.Adding.Digests;
using BuildSharp.Containers.Adding.Targets;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Oci.Layers.Compression;
using BuildSharp.Oci.Reporting;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Containers.Adding.Archives;

/// <summary>Unpacks a local tar, as ADD does (Dockerfile reference, ADD). Archives are recognised by their content, not by their name.
/// Owners, modes and times are those of the archive; <c>--chown</c> and <c>--chmod</c> do not apply.</summary>
internal static class ArchiveAdd
{
    /// <summary>Whether the file is a tar, compressed or not, with at least one entry.</summary>
    /// <param name="file">The file; its position does not matter.</param>
    /// <param name="isGnu">Whether the first header has the GNU format.</param>
    /// <exception cref="UnsupportedCompressionException">The compression is valid but not supported; copying the file instead would be
    /// wrong.</exception>
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

    /// <summary>Hashes the entries and extracts them below a directory.</summary>
    /// <param name="file">The archive.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="digest">Receives the entries.</param>
    /// <param name="tree">The container; null to hash only.</param>
    /// <param name="into">Directory to extract to.</param>
    /// <param name="progress">Counts the bytes of the file; null to count nothing.</param>
    /// <param name="cancellation">Stops the extraction, also within an entry.</param>
    public static void Extract(
        SafeFileHandle file, string name, ItemDigest digest, TargetTree? tree, byte[] into, ProgressItem? progress, CancellationToken cancellation)
    {
        using var content = progress.Count(new FileContent(file, cancellation));
        using var tar = Compression.OpenDecompressing(content);
        var reader = new TarReader(tar, null, name);
        using var extraction = tree is null ? null : new ArchiveExtraction(tree, into, cancellation);
        var claimed = 0L;
        while (reader.ReadNext() is { } header)
        {
            // A sparse file can claim a huge size at no cost to the archive, but hashing it takes as long as for real content.
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
