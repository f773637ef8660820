using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Adding;

/// <summary>Follows the links on the way to a path that need not exist yet, inside a root. The kernel can resolve only what exists; a
/// destination behind a dangling link has to be made where the link points.</summary>
internal static class ResolvedPath
{
    private const int MostLinks = 40;

    /// <summary>The path without any link in it: names from the root, without <c>/</c> in front; empty for the root.</summary>
    /// <param name="root">What the path is resolved in.</param>
    /// <param name="path">The path; it need not exist.</param>
    /// <param name="isCovered">Whether something else will be mounted at a path or above it, so that what the root has there does not count;
    /// null when nothing will.</param>
    /// <exception cref="BuildSharpException">More than 40 links, so a loop.</exception>
    public static byte[] Of(DirectoryHandle root, byte[] path, Func<byte[], bool>? isCovered = null)
    {
        var links = 0;
        var resolved = new List<byte[]>();
        var rest = new Stack<byte[]>();
        Push(rest, path);
        while (rest.TryPop(out var name))
        {
            if (name.AsSpan().SequenceEqual(".."u8))
            {
                resolved.RemoveRange(Math.Max(0, resolved.Count - 1), Math.Min(1, resolved.Count));
                continue;
            }

            resolved.Add(name);
            var current = Join(resolved);
            if (isCovered?.Invoke(current) == true || !root.TryStat(current, out var status) || !status.IsSymbolicLink)
            {
                continue;
            }

            if (++links > MostLinks)
            {
                throw new BuildSharpException($"open /{Encoding.UTF8.GetString(path).TrimStart('/')}: too many levels of symbolic links");
            }

            var target = root.ReadLink(current);
            resolved.RemoveAt(resolved.Count - 1);
            if (target.AsSpan().StartsWith("/"u8))
            {
                resolved.Clear();
            }

            Push(rest, target);
        }

        return Join(resolved);
    }

    private static void Push(Stack<byte[]> rest, byte[] path)
    {
        var names = new List<byte[]>();
        foreach (var range in MemoryExtensions.Split(path, (byte)'/'))
        {
            var name = path[range];
            if (name.Length > 0 && !name.AsSpan().SequenceEqual("."u8))
            {
                names.Add(name);
            }
        }

        for (var i = names.Count - 1; i >= 0; i--)
        {
            rest.Push(names[i]);
        }
    }

    private static byte[] Join(List<byte[]> names)
    {
        var joined = Array.Empty<byte>();
        foreach (var name in names)
        {
            joined = SourcePattern.Join(joined, name);
        }

        return joined;
    }
}
