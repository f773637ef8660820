using BuildSharp.Oci;
using BuildSharp.Storage.Images;

namespace BuildSharp.Storage.Records;

/// <summary>An image in the store (containers/storage, images.go). For its manifest and config see
/// <see cref="ImageStore.ReadData"/>.</summary>
public sealed record StoredImage : StoredRecord
{
    /// <summary>Hash of the first recorded manifest. Other tools do not update it; use <see cref="ManifestDigest"/>.</summary>
    public Digest Digest { get; init; }

    /// <summary>All names the image ever had. The current ones come first, in reverse order.</summary>
    public IReadOnlyList<string> NamesHistory { get; init; } = [];

    /// <summary>Id of its top layer; null for an image without layers and for a manifest list.</summary>
    public string? TopLayer { get; init; }

    /// <summary>Ids of copies of the top layer with shifted owners.</summary>
    public IReadOnlyList<string> MappedLayers { get; init; } = [];

    /// <summary>Length of each data file in bytes, by key.</summary>
    public IReadOnlyDictionary<string, long> BigDataSizes { get; init; } = new Dictionary<string, long>();

    /// <summary>Hash of each data file, by key.</summary>
    public IReadOnlyDictionary<string, string> BigDataDigests { get; init; } = new Dictionary<string, string>();

    /// <summary>Hash of the image's manifest.</summary>
    public Digest ManifestDigest =>
        BigDataDigests.TryGetValue("manifest", out var text) && Digest.TryParse(text, out var digest) ? digest : Digest;

    /// <summary>Whether a manifest of the image has the digest.</summary>
    public bool HasManifest(Digest digest) =>
        Digest == digest || BigDataDigests.Any(pair => pair.Key.StartsWith("manifest", StringComparison.Ordinal) && pair.Value == digest.ToString());

    /// <summary>The record with other names. Each is also put at the front of the history, one after the other, as in the Go
    /// tools.</summary>
    internal StoredImage WithNames(IReadOnlyList<string> names) => this with
    {
        Names = names,
        NamesHistory = [.. names.Reverse(), .. NamesHistory.Except(names)],
    };
}
