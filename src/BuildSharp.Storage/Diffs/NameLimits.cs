using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Storage.Diffs;

/// <summary>How long and how deep the name of a file in a layer may be.</summary>
/// <remarks>The other tools name a file by its whole path from the layer's root, and the kernel takes no more than PATH_MAX bytes of one
/// (limits.h: 4,096 with the slash in front and the zero at the end). They also remove a tree with one descriptor for each level, of which
/// a process usually has 1,024. What is beyond these limits could not be pulled, or not be removed again, and so never becomes part of
/// an image or a container.</remarks>
public static class NameLimits
{
    /// <summary>The most bytes of a path, without a slash at either end.</summary>
    public const int MostBytes = 4094;

    /// <summary>The most names in a path.</summary>
    public const int MostLevels = 1024;

    /// <summary>Whether a name is within the limits.</summary>
    /// <param name="path">The path from the root, as a tar has it or without dots and empty parts.</param>
    public static bool Allow(ReadOnlySpan<byte> path)
    {
        path = path.Trim((byte)'/');
        // Each level but the last takes two bytes at the least.
        return path.Length < 2 * MostLevels || (path.Length <= MostBytes && path.Count((byte)'/') < MostLevels);
    }

    /// <summary>Refuses a name that is beyond the limits.</summary>
    /// <param name="path">The path from the root, as a tar has it or without dots and empty parts.</param>
    /// <exception cref="BuildSharpException">It is too long or too deep.</exception>
    public static void Require(ReadOnlySpan<byte> path)
    {
        if (!Allow(path))
        {
            throw TooLong(path);
        }
    }

    /// <summary>Refuses a name that is beyond the limits.</summary>
    /// <param name="directory">The path of the directory that it is in; empty for the root.</param>
    /// <param name="name">The name there.</param>
    /// <exception cref="BuildSharpException">It is too long or too deep.</exception>
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
