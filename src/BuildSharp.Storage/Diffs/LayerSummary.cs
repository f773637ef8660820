using BuildSharp.Oci;

namespace BuildSharp.Storage.Diffs;

/// <summary>What a layer's record says about its tar, known once the tar has passed.</summary>
/// <param name="DiffId">Hash of the uncompressed tar.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Uids">Distinct owners of the entries, whiteouts aside, ascending.</param>
/// <param name="Gids">Distinct groups of the entries, whiteouts aside, ascending.</param>
public sealed record LayerSummary(DiffId DiffId, long Size, IReadOnlyList<uint> Uids, IReadOnlyList<uint> Gids);
