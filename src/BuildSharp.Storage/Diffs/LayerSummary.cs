using BuildSharp.Oci;

namespace BuildSharp.Storage.Diffs;

/// <summary>Properties of a layer's tar, known after it was read completely.</summary>
/// <param name="DiffId">Hash of the uncompressed tar.</param>
/// <param name="Size">Length of the uncompressed tar in bytes.</param>
/// <param name="Uids">Distinct owners of the entries without whiteouts, ascending.</param>
/// <param name="Gids">Distinct groups of the entries without whiteouts, ascending.</param>
public sealed record LayerSummary(DiffId DiffId, long Size, IReadOnlyList<uint> Uids, IReadOnlyList<uint> Gids);
