using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>The files of an OCI layout, in a directory or in a tar.</summary>
internal interface ILayoutFiles : IDisposable
{
    /// <summary>What to call the place in messages.</summary>
    string Name { get; }

    /// <summary>Opens a file for reading; null when there is none.</summary>
    /// <param name="path">Relative, with slashes, made of checked parts only.</param>
    Stream? Open(string path);
}

/// <summary>Paths and small files of an OCI layout (OCI image-spec, image-layout.md).</summary>
internal static class OciLayoutFiles
{
    public const string IndexPath = "index.json";
    public const string MarkerPath = "oci-layout";

    /// <summary>What the marker file says; the space is how all Go tools write it.</summary>
    public static ReadOnlySpan<byte> Marker => """{"imageLayoutVersion": "1.0.0"}"""u8;

    public static string BlobPath(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";

    /// <summary>Reads a file that must fit in memory.</summary>
    public static byte[] ReadSmall(this ILayoutFiles files, string path)
    {
        using var stream = files.Open(path) ?? throw new BuildSharpException($"{files.Name}: there is no {path}; not an OCI layout, or an incomplete one");
        using var limited = new Oci.Layers.LimitedStream(stream, Oci.ImageManifest.SizeLimit, $"{files.Name}/{path}");
        var bytes = new MemoryStream();
        limited.CopyTo(bytes);
        return bytes.ToArray();
    }
}
