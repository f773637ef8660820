using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Transports;

namespace BuildSharp.Cli.Commands;

/// <summary>Moves images between the store and other places, and tells how far it is on standard error.</summary>
internal static class ImageTransfer
{
    /// <summary>Brings an image into the store, under the names it has where it comes from.</summary>
    public static async Task<StoredImage> PullAsync(
        Store store, ImageLocation location, Platform? platform, Invocation call, CancellationToken cancellation)
    {
        var source = await location.OpenSourceAsync(Context(store, call) with { Platform = platform }, cancellation).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            var destination = new StorageDestination(store, source.SuggestedNames);
            await using (destination.ConfigureAwait(false))
            {
                await new ImageCopier()
                    .CopyAsync(source, destination, new CopyOptions { Platform = platform }, Progress(call), cancellation)
                    .ConfigureAwait(false);
                return destination.Image!;
            }
        }
    }

    /// <summary>Writes an image of the store to another place, and returns the digest of its manifest there.</summary>
    public static async Task<Digest> PushAsync(
        Store store, StoredImage image, ImageLocation location, CompressionChoice compression, string? format, Invocation call,
        CancellationToken cancellation)
    {
        var options = new CopyOptions
        {
            Compression = compression.Kind,
            Level = compression.Level,
            KeepPlain = compression.KeepPlain,
            ForceCompression = compression.Force,
            Format = format,
        };
        var source = new StorageSource(store, image);
        await using (source.ConfigureAwait(false))
        {
            var destination = await location.OpenDestinationAsync(Context(store, call), cancellation).ConfigureAwait(false);
            await using (destination.ConfigureAwait(false))
            {
                var result = await new ImageCopier().CopyAsync(source, destination, options, Progress(call), cancellation).ConfigureAwait(false);
                return result.Manifest.Digest;
            }
        }
    }

    private static TransportContext Context(Store store, Invocation call) => new()
    {
        Store = store,
        TemporaryDirectory = call.Surroundings.Environment.GetValueOrDefault("TMPDIR") is { Length: > 0 } directory ? directory : "/var/tmp",
    };

    private static TransferPrinter? Progress(Invocation call)
    {
        if (call.Flags.Bool("quiet"))
            return null;

        call.Error.WriteLine("Getting image source signatures");
        return new TransferPrinter(call.Error);
    }
}
