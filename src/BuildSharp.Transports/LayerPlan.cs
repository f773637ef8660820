using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Oci.Layers.Compression;

namespace BuildSharp.Transports;

/// <summary>What to do with one layer during a copy.</summary>
internal sealed record LayerPlan
{
    private const string ChunkedAnnotations = "io.github.containers.zstd-chunked.";
    private const string StargzAnnotation = "containerd.io/snapshot/stargz/toc.digest";

    private readonly CompressionKind? _compressTo;
    private readonly int? _level;
    private readonly bool _decompress;

    private LayerPlan(Descriptor incoming, int index, BlobInfo outgoing, bool decompress, CompressionKind? compressTo, int? level)
    {
        Incoming = incoming;
        Index = index;
        Outgoing = outgoing;
        _decompress = decompress;
        _compressTo = compressTo;
        _level = level;
    }

    /// <summary>The layer at the source.</summary>
    public Descriptor Incoming { get; }

    /// <summary>Index of the layer from the bottom, from 0.</summary>
    public int Index { get; }

    /// <summary>Properties of the layer's bytes as the destination receives them.</summary>
    public BlobInfo Outgoing { get; }

    /// <summary>Plan to copy the layer as the listed manifest describes it, which is tried first because it keeps the manifest's digest;
    /// null when there is no such form, or another one is wanted.</summary>
    public LayerPlan? AsListed { get; init; }

    private bool IsUnchanged => !_decompress && _compressTo is null;

    public static LayerPlan Make(
        Descriptor layer, int index, DiffId? diffId, string targetType, LayerWish wish, CopyOptions options, bool isImage)
    {
        var docker = MediaType.IsDocker(targetType);
        if (!isImage || LayerType.Read(layer.MediaType) is not { } type)
        {
            // A layer of an unknown or encrypted type cannot be changed, so it is copied as it is or refused.
            if (docker && !MediaType.IsDocker(layer.MediaType))
            {
                throw new BuildSharpException($"layer {index + 1} is of type {layer.MediaType}, which a Docker manifest cannot hold");
            }

            return new LayerPlan(layer, index, Known(layer, layer.MediaType, diffId, index), decompress: false, compressTo: null, level: null);
        }

        var want = Want(type.Compression, wish, docker, options);
        var outgoingType = (type with { Compression = want }).ToMediaType(docker);
        if (want == type.Compression)
        {
            return new LayerPlan(layer, index, Known(layer, outgoingType, diffId, index), decompress: false, compressTo: null, level: null);
        }

        var info = new BlobInfo
        {
            MediaType = outgoingType,
            DiffId = diffId,
            LayerIndex = index,
            // The decompressed layer is the tar whose digest is the diff ID in the config.
            Digest = want == CompressionKind.None ? diffId?.Value : null,
        };
        return new LayerPlan(
            layer, index, info, decompress: type.Compression != CompressionKind.None, want == CompressionKind.None ? null : want, options.Level);
    }

    /// <summary>Plan for a compressed layer of the listed manifest; null for any other layer.</summary>
    public static LayerPlan? OfListed(Descriptor layer, int index, DiffId diffId) =>
        LayerType.Read(layer.MediaType) is { Compression: not CompressionKind.None }
            ? new LayerPlan(layer, index, Known(layer, layer.MediaType, diffId, index), decompress: false, compressTo: null, level: null)
            : null;

    /// <summary>Converts the source's stream to the bytes for the destination. Disposing the result disposes
    /// <paramref name="input"/>.</summary>
    public Stream Transform(Stream input)
    {
        if (IsUnchanged)
        {
            return input;
        }

        var plain = _decompress ? Compression.OpenDecompressing(input) : input;
        if (_decompress && Outgoing.DiffId is { } diffId)
        {
            plain = new VerifyingStream(plain, diffId.Value, size: null, $"layer {Index + 1}");
        }

        return _compressTo is { } kind ? Compression.OpenCompressing(plain, kind, _level) : plain;
    }

    /// <summary>Descriptor for the new manifest: the written blob, with the annotations of the source that are still correct.</summary>
    public Descriptor Finish(Descriptor written)
    {
        if (written.Digest == AsListed?.Incoming.Digest)
        {
            return AsListed.Incoming;
        }

        if (written.Digest == Incoming.Digest)
        {
            return Incoming with { MediaType = written.MediaType };
        }

        var annotations = Incoming.Annotations
            .Where(pair => !pair.Key.StartsWith(ChunkedAnnotations, StringComparison.Ordinal) && pair.Key != StargzAnnotation)
            .ToDictionary();
        return written with { Annotations = annotations };
    }

    private static BlobInfo Known(Descriptor layer, string mediaType, DiffId? diffId, int index) =>
        new() { MediaType = mediaType, Digest = layer.Digest, Size = layer.Size, DiffId = diffId, LayerIndex = index, Urls = layer.Urls };

    private static CompressionKind Want(CompressionKind now, LayerWish wish, bool docker, CopyOptions options)
    {
        if (options.PreserveDigests)
        {
            return now;
        }

        if (wish == LayerWish.Plain)
        {
            return CompressionKind.None;
        }

        if (options.Compression is { } asked && (asked == CompressionKind.None || now == CompressionKind.None || options.ForceCompression))
        {
            return asked;
        }

        if (now == CompressionKind.None)
        {
            return wish == LayerWish.Compressed && !options.KeepPlain ? CompressionKind.Gzip : CompressionKind.None;
        }

        // Docker manifests have no type for zstd.
        return docker && now == CompressionKind.Zstd ? CompressionKind.Gzip : now;
    }
}
