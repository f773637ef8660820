using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Storage.Diffs;

/// <summary>A file that a layer gets although the tree it is made from does not have it, or a directory that leads to such a file.</summary>
/// <param name="Header">As it stands in the tar.</param>
/// <param name="Source">Where the content comes from; null for a directory, which is left out when the layer has it already.</param>
public sealed record AddedEntry(TarHeader Header, string? Source)
{
    private const int FileMode = Octal.O644;
    private const int DirectoryMode = Octal.O755;

    /// <summary>A file with all directories that lead to it, parents first. Directories that are there keep what they have; the file and
    /// directories that are not belong to root, with modes 0644 and 0755.</summary>
    /// <param name="root">What a container sees.</param>
    /// <param name="path">The place, without a leading <c>/</c> and without links on the way.</param>
    /// <param name="source">The file whose content it gets.</param>
    /// <param name="time">Modification time of what is new.</param>
    /// <exception cref="LinuxException">The file or a directory cannot be read.</exception>
    public static IEnumerable<AddedEntry> For(DirectoryHandle root, byte[] path, string source, Timestamp time)
    {
        for (var slash = Array.IndexOf(path, (byte)'/'); slash >= 0; slash = Array.IndexOf(path, (byte)'/', slash + 1))
        {
            using var there = root.TryOpenDirectory(path.AsSpan(0, slash));
            yield return new AddedEntry(there is null ? NewDirectory(path[..(slash + 1)], time) : Existing(there, path[..(slash + 1)]), null);
        }

        var size = new FileInfo(source).Length;
        yield return new AddedEntry(new TarHeader { Name = path, Type = TarEntryType.RegularFile, Mode = FileMode, Size = size, ModifiedAt = time }, source);
    }

    /// <summary>Name in the tar as text, for leaving out what stood there before.</summary>
    internal string Path => Encoding.UTF8.GetString(Header.Name);

    private static TarHeader NewDirectory(byte[] name, Timestamp time) =>
        new() { Name = name, Type = TarEntryType.Directory, Mode = DirectoryMode, ModifiedAt = time };

    private static TarHeader Existing(DirectoryHandle directory, byte[] name)
    {
        var status = directory.Stat();
        return new TarHeader
        {
            Name = name,
            Type = TarEntryType.Directory,
            Mode = status.Mode,
            Uid = status.Uid,
            Gid = status.Gid,
            ModifiedAt = new Timestamp(status.ModifiedSeconds),
            Xattrs = [.. directory.ListXattrs("."u8).Where(attribute => TreeComparison.BelongsInLayer(attribute))
                .Select(attribute => KeyValuePair.Create(attribute, directory.GetXattr("."u8, attribute)))
                .Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Key, pair.Value!))
                .OrderBy(pair => pair.Key, ByteStringComparer.Instance)],
        };
    }
}
