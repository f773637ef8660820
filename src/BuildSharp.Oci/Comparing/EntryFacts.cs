using System.Globalization;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Oci.Comparing;

/// <summary>An entry of a tar that has been read: its header, and the digest of its content.</summary>
/// <param name="Header">The header.</param>
/// <param name="Content">Digest of the content.</param>
internal sealed record EntryFacts(TarHeader Header, Digest Content)
{
    /// <summary>The name without slashes at its ends and without <c>./</c>, which directories and some tools add.</summary>
    public static byte[] NameOf(TarHeader header)
    {
        var name = header.Name.AsSpan();
        while (name.StartsWith("./"u8))
        {
            name = name[2..];
        }

        name = name.Trim((byte)'/');
        return name is [(byte)'.'] ? [] : name.ToArray();
    }

    /// <summary>Differences of two headers, in everything that a file system has.</summary>
    public static IEnumerable<Difference> Between(TarHeader first, TarHeader second)
    {
        if (first.Type != second.Type)
        {
            yield return new Difference(Aspect.Type, TypeName(first.Type), TypeName(second.Type));
            // Further differences would follow from this one.
            yield break;
        }

        if (!first.LinkName.AsSpan().SequenceEqual(second.LinkName))
        {
            yield return new Difference(Aspect.LinkTarget, first.LinkNameText, second.LinkNameText);
        }

        if ((first.DeviceMajor, first.DeviceMinor) != (second.DeviceMajor, second.DeviceMinor))
        {
            yield return new Difference(Aspect.Device, $"{first.DeviceMajor}:{first.DeviceMinor}", $"{second.DeviceMajor}:{second.DeviceMinor}");
        }

        if (Mode(first) != Mode(second))
        {
            yield return new Difference(Aspect.Mode, Mode(first), Mode(second));
        }

        if (Owner(first) != Owner(second))
        {
            yield return new Difference(Aspect.Owner, Owner(first), Owner(second));
        }

        if (first.ModifiedAt != second.ModifiedAt)
        {
            yield return new Difference(Aspect.Time, first.ModifiedAt.ToString(), second.ModifiedAt.ToString());
        }

        // Names alone, because a value may be a key or bytes that no terminal can show.
        foreach (var name in Xattrs(first).Except(Xattrs(second)).Union(Xattrs(second).Except(Xattrs(first))).Select(pair => pair.Name).Distinct())
        {
            yield return new Difference(Aspect.Xattr, name);
        }
    }

    private static string Mode(TarHeader header) => Convert.ToString(header.Mode & TarHeader.PermissionBits, 8).PadLeft(4, '0');

    private static string Owner(TarHeader header)
    {
        var numbers = string.Create(CultureInfo.InvariantCulture, $"{header.Uid}:{header.Gid}");
        return header.UserName.Length + header.GroupName.Length == 0 ? numbers : $"{numbers} ({header.UserName}:{header.GroupName})";
    }

    private static HashSet<(string Name, string Value)> Xattrs(TarHeader header) =>
        [.. header.Xattrs.Select(pair => (System.Text.Encoding.UTF8.GetString(pair.Key), Convert.ToHexString(pair.Value)))];

    private static string TypeName(TarEntryType type) => type switch
    {
        TarEntryType.HardLink => "hard link",
        TarEntryType.SymbolicLink => "symbolic link",
        TarEntryType.CharacterDevice => "character device",
        TarEntryType.BlockDevice => "block device",
        TarEntryType.Directory => "directory",
        TarEntryType.Fifo => "named pipe",
        _ => "file",
    };
}
