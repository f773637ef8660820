using BuildSharp.Oci.Layers;

namespace BuildSharp.Storage.Diffs;

/// <summary>Collects the distinct owners and groups of a layer's entries.</summary>
internal sealed class OwnerSet
{
    private readonly HashSet<uint> _uids = [];
    private readonly HashSet<uint> _gids = [];

    public IReadOnlyList<uint> Uids => [.. _uids.Order()];

    public IReadOnlyList<uint> Gids => [.. _gids.Order()];

    public void Add(TarHeader header)
    {
        // The owner of a whiteout is not the owner of a file.
        if (!LayerPath.BaseName(header.Name.AsSpan().TrimEnd((byte)'/')).StartsWith(Whiteout.Prefix))
        {
            _uids.Add((uint)header.Uid);
            _gids.Add((uint)header.Gid);
        }
    }
}
