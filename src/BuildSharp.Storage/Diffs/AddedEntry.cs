using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Storage.Diffs;

/// <summary>A file to add to a layer that its source tree does not have, or a parent directory of such a file.</summary>
/// <param name="Header">Header of the entry in the tar.</param>
/// <param name="Source">Path of the file with the content; null for a directory, which is skipped when the layer already has it.</param>
public sealed record AddedEntry(TarHeader Header, string? Source)
{
    private const int FileMode = Octal.O644;
    private const int DirectoryMode = Octal.O755;

    /// <summary>Entries for a file and all its parent directories, outermost first. Existing directories keep their attributes. New
    /// directories and the file belong to root, with modes 0755 and 0644.</summary>
    /// <param name="root">The files that a container sees.</param>
    /// <param name="path">Path of the new file, without a leading <c>/</c> and without symbolic links.</param>
    /// <param name="source">Path of the file with the content.</param>
    /// <param name="time">Modification time of new entries.</param>
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

    /// <summary>Name in the tar as text; used to leave out a file of the tree with the same name.</summary>
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
