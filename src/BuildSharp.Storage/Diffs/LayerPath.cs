namespace BuildSharp.Storage.Diffs;

/// <summary>Names of tar entries as paths from a layer's root.</summary>
internal static class LayerPath
{
    /// <summary>Removes empty components and <c>.</c>, and resolves <c>..</c>, which stops at the root as in the kernel. The root is the
    /// empty path.</summary>
    public static byte[] Clean(ReadOnlySpan<byte> name) => Clean(name, out _);

    /// <summary>As <see cref="Clean(ReadOnlySpan{byte})"/>; <paramref name="escapes"/> tells whether a <c>..</c> would have left the
    /// root.</summary>
    public static byte[] Clean(ReadOnlySpan<byte> name, out bool escapes)
    {
        escapes = false;
        if (IsClean(name))
        {
            return name.ToArray();
        }

        var path = new byte[name.Length];
        var length = 0;
        foreach (var range in name.Split((byte)'/'))
        {
            var component = name[range];
            if (component.IsEmpty || component.SequenceEqual("."u8))
            {
                continue;
            }

            if (component.SequenceEqual(".."u8))
            {
                escapes |= length == 0;
                length = Math.Max(path.AsSpan(0, length).LastIndexOf((byte)'/'), 0);
                continue;
            }

            if (length > 0)
            {
                path[length++] = (byte)'/';
            }

            component.CopyTo(path.AsSpan(length));
            length += component.Length;
        }

        return path[..length];
    }

    /// <summary>The path before the last slash; empty for a name in the root.</summary>
    public static ReadOnlySpan<byte> Parent(ReadOnlySpan<byte> path)
    {
        var slash = path.LastIndexOf((byte)'/');
        return slash < 0 ? default : path[..slash];
    }

    /// <summary>The name after the last slash.</summary>
    public static ReadOnlySpan<byte> BaseName(ReadOnlySpan<byte> path) => path[(path.LastIndexOf((byte)'/') + 1)..];

    private static bool IsClean(ReadOnlySpan<byte> name)
    {
        foreach (var range in name.Split((byte)'/'))
        {
            if (name[range] is [] or [(byte)'.'] or [(byte)'.', (byte)'.'])
            {
                return false;
            }
        }

        return true;
    }
}
