using System.Text;

namespace BuildSharp.Oci;

/// <summary>Identifies a stack of layers: the diff ID of a single layer; with each further layer the hash of <c>chain(n-1) + " " +
/// diff(n)</c> (OCI image-spec, config.md, "Layer ChainID").</summary>
/// <param name="Value">The hash.</param>
public readonly record struct ChainId(Digest Value)
{
    /// <summary>The chain ID of the layers, lowest first; <c>default</c> without layers.</summary>
    public static ChainId Of(IEnumerable<DiffId> layers)
    {
        var chain = default(ChainId);
        foreach (var layer in layers)
        {
            chain = chain.Then(layer);
        }

        return chain;
    }

    /// <summary>The chain ID after adding one layer on top.</summary>
    public ChainId Then(DiffId layer) =>
        Value.IsDefault ? new ChainId(layer.Value) : new ChainId(Digest.Sha256(Encoding.ASCII.GetBytes($"{Value} {layer.Value}")));

    /// <inheritdoc cref="Digest.ToString"/>
    public override string ToString() => Value.ToString();
}
