using System.Text;

namespace BuildSharp.Linux;

/// <summary>The user namespace of this process.</summary>
public static class UserNamespace
{
    /// <summary>Whether the process is in another user namespace than the machine's first: root there is not root outside.</summary>
    public static bool IsInside
    {
        get
        {
            using var map = File.OpenHandle("/proc/self/uid_map");
            Span<byte> start = stackalloc byte[128];
            return !IsIdentity(Encoding.ASCII.GetString(start[..FileDescriptor.Read(map, start)]));
        }
    }

    /// <summary>Whether a map's text says that all ids are themselves.</summary>
    internal static bool IsIdentity(string map) =>
        map.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is ["0", "0", "4294967295"];
}
