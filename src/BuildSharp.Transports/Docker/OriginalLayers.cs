using System.Collections.Concurrent;
using BuildSharp.Oci;
using BuildSharp.Registry.Connections;
using BuildSharp.Registry.Protocol;
using BuildSharp.Storage.Records;

namespace BuildSharp.Transports.Docker;

/// <summary>Layers of pulled images in the compressed form in which they were pulled, read again from where they came from. The store keeps
/// layers uncompressed, and another compressor makes other bytes, so the manifest can keep its digest only with the original blobs.</summary>
internal sealed class OriginalLayers : IDisposable
{
    // A server that does not answer at all must not delay a push that is possible without it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const int MostCandidates = 5;
    private const string LocalNames = "localhost";

    private readonly KnownBlobs _known;
    private readonly RegistryAccess _access;
    private readonly IReadOnlyList<Reference> _names;
    private readonly ConcurrentDictionary<Reference, Lazy<RepositoryClient>> _clients = new();
    private readonly ConcurrentDictionary<string, bool> _unreachable = new(StringComparer.Ordinal);

    /// <param name="known">Tells where the blobs were.</param>
    /// <param name="access">How those registries are reached.</param>
    /// <param name="names">Names of the image. One of them tells where another tool pulled it from.</param>
    public OriginalLayers(KnownBlobs known, RegistryAccess access, IReadOnlyList<Reference> names)
    {
        _known = known;
        _access = access;
        _names = names;
    }

    /// <summary>For an image of a command's store; null when the command does not use registries.</summary>
    public static OriginalLayers? Of(TransportContext context, StoredImage image) => context.Registries is { } access
        ? new OriginalLayers(
            KnownBlobs.Of(context.Store, context.Debug), access,
            [.. image.Names.Concat(image.NamesHistory).Select(text => Reference.TryParse(text, out var name) ? name : null).OfType<Reference>()])
        : null;

    /// <summary>Opens a blob in one of the repositories that had it. The stream verifies digest and size.</summary>
    /// <param name="diffId">The layer.</param>
    /// <param name="blob">Its compressed form.</param>
    /// <param name="cancellationToken">Stops the request, and later the reading.</param>
    /// <returns>Null when no repository is known.</returns>
    /// <exception cref="OriginalLayerException">No known repository provides it; the message has the reason of each. Reads throw it,
    /// too.</exception>
    public async Task<Stream?> OpenAsync(DiffId diffId, Descriptor blob, CancellationToken cancellationToken)
    {
        var failures = new List<string>();
        var named = _names.Where(name => !name.IsShort && name.Domain != LocalNames).Select(name => $"{name.Domain}/{name.Path}");
        var places = _known.Find(diffId).Where(known => known.Digest == blob.Digest && known.Size == blob.Size)
            .Select(known => $"{known.Host}/{known.Repository}").Concat(named).Distinct().Take(MostCandidates);
        foreach (var place in places)
        {
            if (!Reference.TryParse(place, out var name) || name.IsShort || _unreachable.ContainsKey(name.Domain))
            {
                continue;
            }

            try
            {
                return await OpenInAsync(name, blob, cancellationToken).ConfigureAwait(false);
            }
            catch (BuildSharpException failure)
            {
                if (failure is RegistryException { Status: null })
                {
                    _unreachable.TryAdd(name.Domain, true);
                }

                failures.Add(failure.Message);
            }
        }

        return failures.Count == 0 ? null : throw new OriginalLayerException(string.Join("; ", failures));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in _clients.Values.Where(client => client.IsValueCreated))
        {
            client.Value.Dispose();
        }
    }

    private async Task<Stream> OpenInAsync(Reference name, Descriptor blob, CancellationToken cancellationToken)
    {
        var client = _clients.GetOrAdd(name, _ => new Lazy<RepositoryClient>(() => _access.Origin(name))).Value;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var content = await client.OpenBlobAsync(blob, patience.Token).ConfigureAwait(false);
            return new OriginalLayerStream(new ReadAheadStream(content, cancellationToken));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _unreachable.TryAdd(name.Domain, true);
            throw new BuildSharpException($"reading blob {blob.Digest} in {name}: no answer for {Patience.TotalSeconds:0} seconds");
        }
    }
}
