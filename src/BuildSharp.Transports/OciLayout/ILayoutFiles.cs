using BuildSharp.Oci;

namespace BuildSharp.Transports.OciLayout;

/// <summary>The files of an OCI layout, in a directory or in a tar.</summary>
internal interface ILayoutFiles : IDisposable
{
    /// <summary>Name of the layout in messages.</summary>
    string Name { get; }

    /// <summary>Opens a file for reading; null when it does not exist.</summary>
    /// <param name="path">Relative path with slashes; must be free of <c>..</c> and other unchecked input.</param>
    Stream? Open(string path);
}

/// <summary>Paths and small files of an OCI layout (OCI image-spec, image-layout.md).</summary>
internal static class OciLayoutFiles
{
    public const string IndexPath = "index.json";
    public const string MarkerPath = "oci-layout";

    /// <summary>Content of the marker file, with the space that Go tools write.</summary>
    public static ReadOnlySpan<byte> Marker => """{"imageLayoutVersion": "1.0.0"}"""u8;

    public static string BlobPath(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";

    /// <summary>Reads a whole file, limited in size, because it is held in memory.</summary>
    public static byte[] ReadSmall(this ILayoutFiles files, string path)
    {
        using var stream = files.Open(path) ?? throw new BuildSharpException($"{files.Name}: there is no {path}; not an OCI layout, or an incomplete one");
        using var limited = new BuildSharp.Oci.Layers.LimitedStream(stream, BuildSharp.Oci.ImageManifest.SizeLimit, $"{files.Name}/{path}");
        var bytes = new MemoryStream();
        limited.CopyTo(bytes);
        return bytes.ToArray();
    }
}
