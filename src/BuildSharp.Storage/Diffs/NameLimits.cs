using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Storage.Diffs;

/// <summary>Limits of the length and depth of file names in a layer.</summary>
/// <remarks>Other tools access a file by its whole path from the layer's root, which the kernel limits to PATH_MAX bytes (limits.h: 4,096
/// with the leading slash and the final zero). They also keep one descriptor open per directory level when they remove a tree, and a
/// process usually may have 1,024. A file beyond these limits could not be pulled, or not be removed again, so it is never added to an
/// image or a container.</remarks>
public static class NameLimits
{
    /// <summary>Maximum length of a path in bytes, without leading and trailing slash.</summary>
    public const int MostBytes = 4094;

    /// <summary>Maximum number of components in a path.</summary>
    public const int MostLevels = 1024;

    /// <summary>Whether a path is within the limits.</summary>
    /// <param name="path">Path from the root, as in a tar or cleaned.</param>
    public static bool Allow(ReadOnlySpan<byte> path)
    {
        path = path.Trim((byte)'/');
        // Shortcut: each component but the last takes at least two bytes.
        return path.Length < 2 * MostLevels || (path.Length <= MostBytes && path.Count((byte)'/') < MostLevels);
    }

    /// <summary>Throws if a path is beyond the limits.</summary>
    /// <param name="path">Path from the root, as in a tar or cleaned.</param>
    /// <exception cref="BuildSharpException">The path is too long or too deep.</exception>
    public static void Require(ReadOnlySpan<byte> path)
    {
        if (!Allow(path))
        {
            throw TooLong(path);
        }
    }

    /// <summary>Throws if a path is beyond the limits.</summary>
    /// <param name="directory">Path of the file's directory; empty for the root.</param>
    /// <param name="name">Name of the file.</param>
    /// <exception cref="BuildSharpException">The path is too long or too deep.</exception>
    public static void Require(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name)
    {
        if (directory.Length + name.Length >= (2 * MostLevels) - 1)
        {
            Require([.. directory, (byte)'/', .. name]);
        }
    }

    private static BuildSharpException TooLong(ReadOnlySpan<byte> path)
    {
        path = path.Trim((byte)'/');
        var levels = path.Count((byte)'/') + 1;
        return new BuildSharpException(
            $"the name {LinuxException.Shorten(Encoding.UTF8.GetString(path))} is {(path.Length > MostBytes ? "too long" : "too deep")} for an image: it has "
            + $"{levels:N0} levels and {path.Length:N0} bytes, and other tools cannot unpack or remove more than {MostLevels:N0} levels or {MostBytes:N0} bytes; "
            + "give it a shorter one or leave it out");
    }
}
