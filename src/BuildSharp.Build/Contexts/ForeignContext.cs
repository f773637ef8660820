using BuildSharp.Dockerfiles.Ignoring;
using BuildSharp.Linux;
using BuildSharp.Notation;

namespace BuildSharp.Build.Contexts;

/// <summary>An unpacked archive or repository as build context. Its content is not trusted: links must not lead out of it.</summary>
/// <param name="Directory">Absolute path of the temporary directory.</param>
/// <param name="IsDockerfileAlone">Whether it holds nothing but a file named Dockerfile.</param>
public sealed record ForeignContext(string Directory, bool IsDockerfileAlone)
{
    /// <summary>Limit for files read into memory; far more than a handwritten Dockerfile.</summary>
    private const long MostRead = 64 << 20;

    /// <summary>Reads a regular file; null when there is none. Symbolic links are resolved inside the context.</summary>
    /// <param name="path">Relative to the root of the context.</param>
    public byte[]? TryRead(string path)
    {
        using var root = DirectoryHandle.Open(Directory);
        if (!root.TryStat(path, out var status, followLinks: true) || !status.IsRegular || status.Size > MostRead)
        {
            return null;
        }

        using var file = root.TryOpenFile(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        if (file is null)
        {
            return null;
        }

        using var stream = new FileStream(file, FileAccess.Read);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>Whether the path exists, as a file of any type. Symbolic links are resolved inside the context.</summary>
    /// <param name="path">Relative to the root of the context.</param>
    public bool Has(string path)
    {
        using var root = DirectoryHandle.Open(Directory);
        return root.TryStat(path, out _, followLinks: true);
    }

    /// <summary>The build context with the ignore file that it contains.</summary>
    public BuildContext Open()
    {
        foreach (var name in BuildContext.IgnoreFileNames)
        {
            if (TryRead(name) is { } bytes)
            {
                return new BuildContext(Directory, IgnoreFile.Parse(LosslessUtf8.Decode(bytes), name), Path.Combine(Directory, name));
            }
        }
        return new BuildContext(Directory);
    }
}
