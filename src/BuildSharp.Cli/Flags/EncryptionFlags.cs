namespace BuildSharp.Cli.Flags;

/// <summary>ENC: encrypted layers (buildah-build(1)).</summary>
internal static class EncryptionFlags
{
    private const string Reason = "layers are not encrypted";

    public static IReadOnlyList<FlagDefinition> All { get; } =
    [
        Flag.CsvList("encryption-key", "key that encrypts layers").Refuse(Reason),
        Flag.Numbers("encrypt-layer", "which layers to encrypt").Refuse(Reason),
    ];
}
