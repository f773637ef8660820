using System.Text;

namespace BuildSharp.Linux;

/// <summary>Resolves the links in a path that need not exist, inside a root. The kernel resolves existing paths only, but a destination
/// behind a dangling link must be created at the link's target.</summary>
public static class ResolvedPath
{
    private const int MostLinks = 40;

    /// <summary>The path without links, relative to the root, without a leading <c>/</c>; empty for the root.</summary>
    /// <param name="root">The root.</param>
    /// <param name="path">The path; need not exist.</param>
    /// <param name="isCovered">Whether another mount will cover a path, so that links in the root there do not count; null for no
    /// mounts.</param>
    /// <exception cref="LinuxException">ELOOP: the path has more than 40 links, probably a cycle.</exception>
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
                throw new LinuxException("open", $"/{Encoding.UTF8.GetString(path).TrimStart('/')}", Errno.ELOOP);
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
        var joined = new List<byte>();
        foreach (var name in names)
        {
            if (joined.Count > 0)
            {
                joined.Add((byte)'/');
            }

            joined.AddRange(name);
        }

        return [.. joined];
    }
}
