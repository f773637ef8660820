using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>One file that belongs to an image or container.</summary>
/// <param name="Key">Its key, such as <c>manifest</c>.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Digest">What the record says its hash is; null to compute it.</param>
public sealed record BigData(string Key, ReadOnlyMemory<byte> Content, Digest? Digest = null)
{
    internal Digest DigestOrHash => Digest ?? Oci.Digest.Sha256(Content.Span);
}

/// <summary>What a new image is.</summary>
public sealed record NewImage
{
    /// <summary>Its id; null for a random one, as manifest lists have.</summary>
    public string? Id { get; init; }

    /// <summary>Full references it gets; they are taken from the images that have them now.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Id of its top layer; null for none.</summary>
    public string? TopLayer { get; init; }

    /// <summary>When it was made; null for now.</summary>
    public Timestamp? Created { get; init; }

    /// <summary>Its manifest's digest; null to take that of the data <c>manifest</c>.</summary>
    public Digest? Digest { get; init; }

    /// <summary>JSON text of signature sizes; null for none.</summary>
    public string? Metadata { get; init; }

    /// <summary>Its files: config, manifest and the like, in the order to be recorded.</summary>
    public IReadOnlyList<BigData> Data { get; init; } = [];
}
