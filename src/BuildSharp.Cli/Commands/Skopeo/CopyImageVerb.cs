using BuildSharp.Cli.Commands.Building;
using BuildSharp.Cli.Commands.Transfers;
using BuildSharp.Cli.Flags;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers.Compression;
using BuildSharp.Transports;

namespace BuildSharp.Cli.Commands.Skopeo;

/// <summary><c>copy SOURCE DESTINATION</c> of skopeo: copies an image from one place to another.</summary>
internal sealed class CopyImageVerb : SkopeoVerb
{
    public override string Synopsis => "[flags] TRANSPORT:SOURCE TRANSPORT:DESTINATION";

    public override string Summary => "Copy an image from one place to another";

    public override string Description =>
        Summary + ". Both are written with\ntheir transport, as in docker://quay.io/app:1 and oci:./layout:latest. Of a list, the image\nfor this machine is copied unless --all or --multi-arch says otherwise.";

    public override IReadOnlyList<string> Examples =>
        ["copy docker://docker.io/library/alpine:3.20 oci:./alpine:3.20", "copy --all docker://quay.io/app:1 docker://registry.example.com/app:1"];

    public override ArgumentRule Arguments { get; } = new(2, "Exactly two arguments expected", 2, "Exactly two arguments expected");

    protected override IEnumerable<FlagDefinition> OwnFlags =>
    [
        Flag.Text("multi-arch", "what to copy of a list: system, all or index-only", value: "which") with { Values = ["system", "all", "index-only"] },
        Flag.CsvList("additional-tag", "further name of the image in a docker-archive", value: "name"),
        Flag.Text("digestfile", "file to write the manifest's digest to", value: "file"),
        RegistryFlags.Quiet,
        Flag.Bool("dest-compress", "compress layers in a dir: destination"),
        Flag.Bool("dest-decompress", "decompress layers in a dir: destination"),
        Flag.Text("dest-compress-format", "compress layers with gzip or zstd", value: "format") with { Values = ["gzip", "zstd"], Aliases = ["compression-format"] },
        Flag.Number("dest-compress-level", "how hard to compress; gzip has 1 to 9, zstd 1 to 20") with { Aliases = ["compression-level"] },
        Flag.Bool("dest-force-compress-format", "compress again what has another format") with { Aliases = ["force-compression"] },
        Flag.Bool("dest-oci-accept-uncompressed-layers", "leave uncompressed layers as they are in an oci: destination"),
        Flag.Bool("dest-precompute-digests", "compress a layer before it is sent").Refuse("layers are compressed while they are sent", "false"),
        Flag.Number("image-parallel-copies", "how many blobs are copied at once").Refuse("six are copied at once", "0", "6"),
        Flag.CsvList("decryption-key", "key that decrypts layers").Refuse("encrypted images cannot be read or written"),
        .. EncryptionFlags.All,
        .. PlaceCopy.Flags,
        .. SkopeoFlags.Places("src-", " of the source"),
        .. SkopeoFlags.Places("dest-", " of the destination"),
    ];

    public override bool NeedsNamespace(Invocation call) => call.Positionals.Any(ImagePlace.IsInStore);

    protected override async Task<int> RunVerbAsync(Invocation call, CancellationToken cancellation)
    {
        using var from = ImagePlace.Parse(call, call.Positionals[0], $"Invalid source name {call.Positionals[0]}", "src-");
        using var to = ImagePlace.Parse(
            call, call.Positionals[1], $"Invalid destination name {call.Positionals[1]}", "dest-", AdditionalNames(call));
        PlaceCopy.WarnOfOldFlag(call);
        ResultFiles.Require(call, "digestfile");
        var digest = await new PlaceCopy(call, Compression(call, to.Location)).RunAsync(from, to, cancellation).ConfigureAwait(false);
        ResultFiles.WriteId(call, "digestfile", digest.ToString());
        return 0;
    }

    private static CopyOptions Compression(Invocation call, ImageLocation to)
    {
        var flags = call.Flags;
        var (compresses, decompresses) = (flags.Bool("dest-compress"), flags.Bool("dest-decompress"));
        if (compresses && decompresses)
        {
            throw new BuildSharpException("--dest-compress and --dest-decompress cannot be used together");
        }

        var isDirectory = to.Transport == "dir";
        if ((compresses || decompresses) && !isDirectory)
        {
            call.Log.Warning($"--{(compresses ? "dest-compress" : "dest-decompress")} has no effect: it is for dir: destinations");
        }

        var choice = CompressionChoice.OfList(flags);
        return new CopyOptions
        {
            Compression = choice.Kind ?? (isDirectory && compresses ? CompressionKind.Gzip : isDirectory && decompresses ? CompressionKind.None : null),
            Level = choice.Level,
            ForceCompression = choice.Force || (isDirectory && decompresses),
            // skopeo compresses plain layers only where images are expected to be compressed.
            KeepPlain = (isDirectory && !compresses) || (to.Transport.StartsWith("oci", StringComparison.Ordinal) && flags.Bool("dest-oci-accept-uncompressed-layers")),
        };
    }

    private static IReadOnlyList<Reference> AdditionalNames(Invocation call) =>
        [.. call.Flags.All("additional-tag").Select(text => Reference.TryParse(text, out var name) && name is { Tag: not null, Digest: null }
            ? name.InDomain("docker.io")
            : throw new BuildSharpException($"additional-tag '{text}' must be a tagged reference"))];
}
