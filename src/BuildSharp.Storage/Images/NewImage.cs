using BuildSharp.Oci;

namespace BuildSharp.Storage.Images;

/// <summary>A data file of an image or a container.</summary>
/// <param name="Key">Its key, such as <c>manifest</c>.</param>
/// <param name="Content">Content of the file.</param>
/// <param name="Digest">Hash to record; null to compute it.</param>
public sealed record BigData(string Key, ReadOnlyMemory<byte> Content, Digest? Digest = null)
{
    internal Digest DigestOrHash => Digest ?? BuildSharp.Oci.Digest.Sha256(Content.Span);
}

/// <summary>Properties of an image to create.</summary>
public sealed record NewImage
{
    /// <summary>Id of the image; null for a random one, as for manifest lists.</summary>
    public string? Id { get; init; }

    /// <summary>Full references of the image; removed from images that have them now.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Id of the top layer; null for none.</summary>
    public string? TopLayer { get; init; }

    /// <summary>Creation time; null for now.</summary>
    public Timestamp? Created { get; init; }

    /// <summary>Digest of the manifest; null for that of the file <c>manifest</c>.</summary>
    public Digest? Digest { get; init; }

    /// <summary>JSON text of signature sizes; null for none.</summary>
    public string? Metadata { get; init; }

    /// <summary>Data files such as config and manifest, in the order to record.</summary>
    public IReadOnlyList<BigData> Data { get; init; } = [];
}
