using BuildSharp.Oci;

namespace BuildSharp.Storage.Diffs;

/// <summary>Properties of a layer's tar, known after it was read completely.</summary>
/// <param name="DiffId">Hash of the uncompressed tar.</param>
/// <param name="Size">Length of the uncompressed tar in bytes.</param>
/// <param name="Uids">Distinct owners of the entries without whiteouts, ascending.</param>
/// <param name="Gids">Distinct groups of the entries without whiteouts, ascending.</param>
public sealed record LayerSummary(DiffId DiffId, long Size, IReadOnlyList<uint> Uids, IReadOnlyList<uint> Gids)
{
    /// <summary>Whether a tar that was unpacked has an entry for the root directory. Without one, the root has the owner and mode of the
    /// layer below.</summary>
    public bool HasRoot { get; init; }
}
