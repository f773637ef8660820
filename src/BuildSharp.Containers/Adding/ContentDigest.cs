using System.Text;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Adding;

/// <summary>Collects the digests of the items that one call adds into the one that its history entry carries.</summary>
internal sealed class ContentDigest
{
    private readonly List<AddResult> _items = [];

    public void Add(ContentKind kind, Digest digest) => _items.Add(new AddResult(kind, digest));

    /// <summary>One item's own digest, or the hash of the list of all of them.</summary>
    public AddResult Complete() => _items.Count switch
    {
        0 => default,
        1 => _items[0],
        _ => new AddResult(ContentKind.Multiple, Digest.Sha256(Encoding.ASCII.GetBytes(string.Join(',', _items.Select(item => item.HistoryText))))),
    };
}
