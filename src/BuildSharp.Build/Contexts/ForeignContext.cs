using BuildSharp.Dockerfiles.Ignoring;
using BuildSharp.Linux;
using BuildSharp.Notation;

namespace BuildSharp.Build.Contexts;

/// <summary>A context that somebody else made and that was unpacked here: nothing in it is trusted to be what its name says.</summary>
/// <param name="Directory">Where it lies meanwhile.</param>
/// <param name="IsDockerfileAlone">Whether all that came was a Dockerfile; it lies there under that name.</param>
public sealed record ForeignContext(string Directory, bool IsDockerfileAlone)
{
    /// <summary>More than this is no file that a person wrote.</summary>
    private const long MostRead = 64 << 20;

    /// <summary>Reads a regular file; a link on the way cannot lead out of the context. Null when there is none.</summary>
    /// <param name="path">From the context's root.</param>
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

    /// <summary>Whether something has the name, be it a file or not; a link on the way cannot lead out of the context.</summary>
    /// <param name="path">From the context's root.</param>
    public bool Has(string path)
    {
        using var root = DirectoryHandle.Open(Directory);
        return root.TryStat(path, out _, followLinks: true);
    }

    /// <summary>The context with its own ignore file.</summary>
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
