namespace BuildSharp.Cli.Flags;

/// <summary>COMP: compression of layers at the destination (buildah-build(1)). The local store always keeps them uncompressed.</summary>
internal static class CompressionFlags
{
    /// <summary>The flags, with the verb's own default for <c>--disable-compression</c>.</summary>
    public static IReadOnlyList<FlagDefinition> With(bool disabledByDefault) =>
    [
        Flag.Text("compression-format", "compress layers with gzip or zstd", value: "format") with { Values = ["gzip", "zstd"] },
        Flag.Number("compression-level", "how hard to compress; gzip has 1 to 9, zstd 1 to 20"),
        Flag.Bool("force-compression", "compress again what has another format"),
        Flag.Bool("disable-compression", "leave layers uncompressed", 'D', on: disabledByDefault),
    ];
}
