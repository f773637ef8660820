using System.Text;

namespace BuildSharp.Oci;

/// <summary>Identity of a stack of layers: of the first layer its diff ID, of each further one the hash of
/// <c>chain(n-1) + " " + diff(n)</c> (OCI image-spec, config.md, "Layer ChainID").</summary>
/// <param name="Value">The hash.</param>
public readonly record struct ChainId(Digest Value)
{
    /// <summary>The chain ID of the layers, lowest first; <c>default</c> of none.</summary>
    public static ChainId Of(IEnumerable<DiffId> layers)
    {
        var chain = default(ChainId);
        foreach (var layer in layers)
        {
            chain = chain.Then(layer);
        }

        return chain;
    }

    /// <summary>The chain ID with one more layer on top.</summary>
    public ChainId Then(DiffId layer) =>
        Value.IsDefault ? new ChainId(layer.Value) : new ChainId(Digest.Sha256(Encoding.ASCII.GetBytes($"{Value} {layer.Value}")));

    /// <inheritdoc cref="Digest.ToString"/>
    public override string ToString() => Value.ToString();
}
