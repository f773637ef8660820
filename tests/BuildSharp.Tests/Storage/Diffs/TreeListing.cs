using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BuildSharp.Linux;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Tests.Storage.Diffs;

/// <summary>A tree as text, one line a name: everything that a layer has to carry. Two equal listings are two equal trees.</summary>
internal static class TreeListing
{
    public static string Of(string path)
    {
        using var root = DirectoryHandle.Open(path);
        var lines = new List<string>();
        Visit(root, "", lines, []);
        return string.Join('\n', lines);
    }

    private static void Visit(DirectoryHandle directory, string prefix, List<string> lines, Dictionary<ulong, string> links)
    {
        foreach (var entry in directory.ReadEntries().OrderBy(e => Convert.ToHexString(e.Name), StringComparer.Ordinal))
        {
            var path = prefix + Encoding.Latin1.GetString(entry.Name);
            var status = directory.Stat(entry.Name);
            var line = new StringBuilder();
            line.Append(CultureInfo.InvariantCulture, $"{path} {status.Type} {Convert.ToString(status.Mode, 8)} {status.Uid}:{status.Gid}");
            line.Append(CultureInfo.InvariantCulture, $" t={status.ModifiedSeconds}.{status.ModifiedNanoseconds}");
            if (status.Type is FileType.CharacterDevice or FileType.BlockDevice)
            {
                line.Append(CultureInfo.InvariantCulture, $" dev={status.DeviceMajor},{status.DeviceMinor}");
            }

            if (status.IsSymbolicLink)
            {
                line.Append(" -> ").Append(Encoding.Latin1.GetString(directory.ReadLink(entry.Name)));
            }

            if (status.IsRegular)
            {
                using var file = directory.OpenFile(entry.Name);
                line.Append(CultureInfo.InvariantCulture, $" size={status.Size} {Hash(file)}");
            }

            foreach (var name in directory.ListXattrs(entry.Name).OrderBy(n => Convert.ToHexString(n), StringComparer.Ordinal))
            {
                if (!name.AsSpan().StartsWith("trusted.overlay."u8))
                {
                    line.Append(' ').Append(Encoding.Latin1.GetString(name)).Append('=').Append(Convert.ToHexString(directory.GetXattr(entry.Name, name)!));
                }
            }

            if (!status.IsDirectory && status.LinkCount > 1)
            {
                line.Append(" =").Append(links.TryGetValue(status.Inode, out var first) ? first : links[status.Inode] = path);
            }

            lines.Add(line.ToString());
            if (status.IsDirectory)
            {
                using var inner = directory.OpenDirectory(entry.Name);
                Visit(inner, path + "/", lines, links);
            }
        }
    }

    private static string Hash(SafeFileHandle file)
    {
        using var stream = new FileStream(file, FileAccess.Read);
        return Convert.ToHexString(SHA256.HashData(stream))[..12];
    }
}
