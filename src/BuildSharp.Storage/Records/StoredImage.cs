using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>An image of the store (containers/storage, images.go). Its manifest and config are data files, see <see cref="ImageStore.ReadData"/>.</summary>
public sealed record StoredImage : StoredRecord
{
    /// <summary>Hash of the first manifest known for it. Other tools leave it stale; prefer <see cref="ManifestDigest"/>.</summary>
    public Digest Digest { get; init; }

    /// <summary>Every name it ever had. Those that it has come first, in the opposite of their own order.</summary>
    public IReadOnlyList<string> NamesHistory { get; init; } = [];

    /// <summary>Id of its top layer; null for an image without layers and for a manifest list.</summary>
    public string? TopLayer { get; init; }

    /// <summary>Copies of the top layer with shifted owners.</summary>
    public IReadOnlyList<string> MappedLayers { get; init; } = [];

    /// <summary>Length of each data file.</summary>
    public IReadOnlyDictionary<string, long> BigDataSizes { get; init; } = new Dictionary<string, long>();

    /// <summary>Hash of each data file.</summary>
    public IReadOnlyDictionary<string, string> BigDataDigests { get; init; } = new Dictionary<string, string>();

    /// <summary>Hash of the image's manifest.</summary>
    public Digest ManifestDigest =>
        BigDataDigests.TryGetValue("manifest", out var text) && Digest.TryParse(text, out var digest) ? digest : Digest;

    /// <summary>Whether a manifest of the image has the hash.</summary>
    public bool HasManifest(Digest digest) =>
        Digest == digest || BigDataDigests.Any(pair => pair.Key.StartsWith("manifest", StringComparison.Ordinal) && pair.Value == digest.ToString());

    /// <summary>With other names, each of which is put before the history, one after the other, as the Go tools do it.</summary>
    internal StoredImage WithNames(IReadOnlyList<string> names) => this with
    {
        Names = names,
        NamesHistory = [.. names.Reverse(), .. NamesHistory.Except(names)],
    };
}
