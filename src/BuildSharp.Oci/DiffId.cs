namespace BuildSharp.Oci;

/// <summary>Hash of a layer's uncompressed tar (OCI image-spec, config.md, "Layer DiffID").</summary>
/// <remarks>Differs from the hash of the compressed blob, which is the <see cref="Digest"/> in a <see cref="Descriptor"/>.</remarks>
/// <param name="Value">The hash.</param>
public readonly record struct DiffId(Digest Value)
{
    /// <inheritdoc cref="Digest.IsDefault"/>
    public bool IsDefault => Value.IsDefault;

    /// <inheritdoc cref="Digest.Hex"/>
    public string Hex => Value.Hex;

    /// <inheritdoc cref="Digest.Parse"/>
    public static DiffId Parse(string text) => new(Digest.Parse(text));

    /// <inheritdoc cref="Digest.ToString"/>
    public override string ToString() => Value.ToString();
}
