using System.Globalization;
using BuildSharp.Cli.Commands.Transfers;
using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Oci.Layers.Compression;
using BuildSharp.Running.Caches;
using BuildSharp.Storage;
using BuildSharp.Storage.Diffs;
using BuildSharp.Storage.Layers;
using BuildSharp.Transports;

namespace BuildSharp.Cli.Commands.Caches;

/// <summary>Caches of mounts as an OCI artifact (image-spec, manifest.md, "Guidelines for Artifact Usage"), in a registry, a layout or an
/// archive: each cache is a tar in a blob, and the annotations of the blob say which cache it is.</summary>
/// <param name="caches">The caches of this machine.</param>
/// <param name="store">Gives the policy and the temporary files of transports their place; nothing is stored in it.</param>
/// <param name="call">The command.</param>
internal sealed class CacheArtifact(CacheDirectories caches, Store store, Invocation call)
{
    private const string Type = "application/vnd.buildsharp.caches.v1";
    private const string BlobType = "application/vnd.buildsharp.cache.v1.tar+gzip";
    private const string NameKey = "buildsharp.cache.name";
    private const string IdKey = "buildsharp.cache.id";
    private const string OwnerKey = "buildsharp.cache.owner";
    private const string ModeKey = "buildsharp.cache.mode";

    private const int SetIdBits = 0b110_000_000_000;

    /// <summary>Writes caches to a place. Each is locked while it is read.</summary>
    /// <exception cref="BuildSharpException">A cache cannot be read, or the place not be written.</exception>
    public Task<Digest> ExportAsync(IReadOnlyList<StoredCache> all, ImageLocation place, CancellationToken cancellation) =>
        TransferRetry.RunAsync(() => WriteAsync(all, place, cancellation), call, cancellation);

    /// <summary>Puts the caches of a place where commands find them, instead of those of the same names.</summary>
    /// <returns>The caches.</returns>
    /// <exception cref="BuildSharpException">The place has no such artifact, or one that breaks a rule. Caches before it are in place, the
    /// others as they were.</exception>
    public Task<IReadOnlyList<StoredCache>> ImportAsync(ImageLocation place, CancellationToken cancellation) =>
        TransferRetry.RunAsync(() => ReadAsync(place, cancellation), call, cancellation);

    private async Task<Digest> WriteAsync(IReadOnlyList<StoredCache> all, ImageLocation place, CancellationToken cancellation)
    {
        var destination = await place.OpenDestinationAsync(ImageTransfer.Context(store, call), cancellation).ConfigureAwait(false);
        await using (destination.ConfigureAwait(false))
        {
            var layers = new List<Descriptor>();
            foreach (var cache in all)
            {
                layers.Add(await caches.UseAsync(cache, directory => PutAsync(cache, directory, destination, cancellation), call.Debug, cancellation).ConfigureAwait(false));
            }

            using var nothing = new MemoryStream("{}"u8.ToArray());
            var blob = new ImageManifest
            {
                ArtifactType = Type,
                Config = await destination.PutBlobAsync(nothing, new BlobInfo { MediaType = MediaType.OciEmpty }, cancellation).ConfigureAwait(false),
                Layers = layers,
            }.ToBlob();
            await destination.PutManifestAsync(blob, cancellation).ConfigureAwait(false);
            await destination.CommitAsync(cancellation).ConfigureAwait(false);
            return blob.Digest;
        }
    }

    private static async Task<Descriptor> PutAsync(StoredCache cache, DirectoryHandle directory, IImageDestination destination, CancellationToken cancellation)
    {
        using var tar = LayerTar.OfTree(directory, new LayerDiffOptions { IsCopy = true, Cancellation = cancellation }, static () => { });
        using var compressed = Compression.OpenCompressing(new LayerTarStream(tar), CompressionKind.Gzip);
        var blob = await destination.PutBlobAsync(compressed, new BlobInfo { MediaType = BlobType }, cancellation).ConfigureAwait(false);
        var annotations = new Dictionary<string, string>
        {
            [NameKey] = cache.Name,
            [OwnerKey] = $"{cache.Owner.Uid}:{cache.Owner.Gid}",
            [ModeKey] = Convert.ToString(cache.Mode, 8),
        };
        if (cache.Id is { } id)
        {
            annotations[IdKey] = id;
        }

        return blob with { Annotations = annotations };
    }

    private async Task<IReadOnlyList<StoredCache>> ReadAsync(ImageLocation place, CancellationToken cancellation)
    {
        var source = await place.OpenSourceAsync(ImageTransfer.Context(store, call), cancellation).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            var blob = await source.GetManifestAsync(null, cancellation).ConfigureAwait(false);
            if (!MediaType.IsManifest(blob.MediaType) || ImageManifest.Parse(blob.Bytes.Span, blob.MediaType) is not { ArtifactType: Type } manifest)
            {
                throw new BuildSharpException($"{place} holds no caches: it was not written by \"cache export\"");
            }

            List<(StoredCache Cache, Descriptor Blob)> all = [.. manifest.Layers.Select(layer => (Read(layer, place), layer))];
            if (all.GroupBy(one => one.Cache.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            {
                throw new BuildSharpException($"{place} has the cache {twice.Key} twice");
            }

            foreach (var (cache, layer) in all)
            {
                await caches.ReplaceAsync(cache, directory => FillAsync(cache, layer, directory, source, cancellation), call.Debug, cancellation).ConfigureAwait(false);
            }

            return [.. all.Select(one => one.Cache)];
        }
    }

    private StoredCache Read(Descriptor layer, ImageLocation place)
    {
        string Value(string key) => layer.Annotations.GetValueOrDefault(key) ?? throw new BuildSharpException($"{place}: the blob {layer.Digest} has no annotation {key}");
        var (owner, mode) = (Value(OwnerKey), Value(ModeKey));
        return owner.Split(':') is [var uid, var gid] && uint.TryParse(uid, NumberStyles.None, CultureInfo.InvariantCulture, out var user)
            && uint.TryParse(gid, NumberStyles.None, CultureInfo.InvariantCulture, out var group) && ModeChange.TryParseOctal(mode, out var bits)
            ? new StoredCache(Value(NameKey), layer.Annotations.GetValueOrDefault(IdKey), (user, group), bits & ~SetIdBits & TarHeader.PermissionBits, call.Surroundings.Clock.GetUtcNow())
            : throw new BuildSharpException($"{place}: the owner {GoQuoting.Quote(owner)} or the mode {GoQuoting.Quote(mode)} of the cache {Value(NameKey)} is not a number");
    }

    private static async Task FillAsync(StoredCache cache, Descriptor layer, DirectoryHandle directory, IImageSource source, CancellationToken cancellation)
    {
        var content = await source.OpenBlobAsync(layer, cancellation).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            using var plain = Compression.OpenDecompressing(content, out _, leaveOpen: true);
            var options = new LayerApplierOptions { Whiteouts = WhiteoutFormat.None, Rewrite = header => Safe(header, cancellation) };
            new LayerApplier(directory, options).Extract(plain, $"cache {cache.Name}");
            // The digest is verified at the end of the bytes, which may come after that of the tar.
            await plain.CopyToAsync(Stream.Null, cancellation).ConfigureAwait(false);
            await content.CopyToAsync(Stream.Null, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The entry as it may be in a cache, whose directory other users of this machine can enter: no device and no pipe, no program
    /// that runs with the rights of its owner, and no file capabilities.</summary>
    private static TarHeader? Safe(TarHeader header, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return header.Type switch
        {
            TarEntryType.CharacterDevice or TarEntryType.BlockDevice or TarEntryType.Fifo => null,
            TarEntryType.Directory => header,
            _ => header with { Mode = header.Mode & ~SetIdBits, Xattrs = [.. header.Xattrs.Where(attribute => !attribute.Key.AsSpan().StartsWith("security."u8))] },
        };
    }
}
