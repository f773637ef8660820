using System.Globalization;
using System.Text;

namespace BuildSharp.Linux;

/// <summary>The user namespace of this process (user_namespaces(7)).</summary>
public static class UserNamespace
{
    private const string Users = "/proc/self/uid_map";
    private const string Groups = "/proc/self/gid_map";

    /// <summary>Whether the process is in another user namespace than the initial one, so that root has no root rights outside.</summary>
    public static bool IsInside => !IsIdentity(Read(Users));

    /// <summary>Whether the user id is mapped, so that files can belong to it. In the initial namespace all ids are.</summary>
    public static bool HasUser(uint id) => Contains(Read(Users), id);

    /// <summary>Whether the group id is mapped.</summary>
    public static bool HasGroup(uint id) => Contains(Read(Groups), id);

    /// <summary>Whether the namespace has a single user id, so that files in it can belong to one user only.</summary>
    public static bool HasOneId => HasOneIdOf(Read(Users));

    /// <summary>Text of a map that maps the users of this namespace to themselves in a namespace below it.</summary>
    internal static string SameUsers => SameIds(Read(Users));

    /// <summary>Likewise for groups.</summary>
    internal static string SameGroups => SameIds(Read(Groups));

    /// <summary>A map of the ids inside another map to themselves. If these are all there are, the last one is left out, because a map of all
    /// is that of the initial namespace (<see cref="IsInside"/>).</summary>
    internal static string SameIds(string map) => IsIdentity(map)
        ? "0 0 4294967294\n"
        : string.Concat(map.Split('\n').Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var first, _, var count]
            ? $"{first} {first} {count}\n"
            : ""));

    /// <summary>Whether the text of a map maps a single id.</summary>
    internal static bool HasOneIdOf(string map) =>
        map.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [_, _, "1"];

    /// <summary>Whether the text of a map maps all ids to themselves.</summary>
    internal static bool IsIdentity(string map) =>
        map.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is ["0", "0", "4294967295"];

    /// <summary>Whether the text of a map, lines of "first id inside, first id outside, count", contains the id.</summary>
    internal static bool Contains(string map, uint id) =>
        map.Split('\n').Any(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var first, _, var count]
            && Number(first) <= id && id - Number(first) < Number(count));

    private static uint Number(string text) => uint.Parse(text, CultureInfo.InvariantCulture);

    private static string Read(string path)
    {
        // A kernel without user namespaces has no such file, and neither has a root directory without /proc.
        if (!File.Exists(path))
        {
            return "0 0 4294967295";
        }

        // A map has at most 340 lines; the kernel returns one page per read.
        using var map = File.OpenHandle(path);
        Span<byte> text = stackalloc byte[340 * 33];
        var length = 0;
        for (int read; (read = FileDescriptor.Read(map, text[length..])) > 0; length += read)
        {
        }

        return Encoding.ASCII.GetString(text[..length]);
    }
}
