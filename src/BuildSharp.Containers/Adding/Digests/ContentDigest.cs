using System.Text;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Adding.Digests;

/// <summary>Combines the digests of the items of one call into the digest for the history entry.</summary>
internal sealed class ContentDigest
{
    private readonly List<AddResult> _items = [];

    public void Add(ContentKind kind, Digest digest) => _items.Add(new AddResult(kind, digest));

    /// <summary>The digest of the only item, or the digest of the list of digests.</summary>
    public AddResult Complete() => _items.Count switch
    {
        0 => default,
        1 => _items[0],
        _ => new AddResult(ContentKind.Multiple, Digest.Sha256(Encoding.ASCII.GetBytes(string.Join(',', _items.Select(item => item.HistoryText))))),
    };
}
