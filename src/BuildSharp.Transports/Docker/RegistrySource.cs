using BuildSharp.Oci;
using BuildSharp.Registry.Connections;
using BuildSharp.Registry.Protocol;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;

namespace BuildSharp.Transports.Docker;

/// <summary>Reads an image from the first server that has its manifest: a mirror or the registry itself.</summary>
public sealed class RegistrySource : IImageSource
{
    private readonly Reference _name;
    private readonly RepositoryClient _client;
    private readonly ManifestBlob _manifest;

    private RegistrySource(Reference name, RepositoryClient client, ManifestBlob manifest)
    {
        _name = name;
        _client = client;
        _manifest = manifest;
    }

    /// <summary>Opens the image.</summary>
    /// <exception cref="BuildSharpException">No server has it; the message has the reason of each.</exception>
    internal static async Task<RegistrySource> OpenAsync(Reference name, RegistryAccess access, CancellationToken cancellationToken)
    {
        var failures = new List<BuildSharpException>();
        foreach (var endpoint in access.PullEndpoints(name))
        {
            var client = new RepositoryClient(endpoint, access.Client);
            try
            {
                var manifest = await client.GetManifestAsync(name.Tag, name.Digest, cancellationToken).ConfigureAwait(false);
                return new RegistrySource(name, client, manifest);
            }
            catch (BuildSharpException failure)
            {
                client.Dispose();
                access.Client.Debug?.Report(failure.Message);
                failures.Add(failure);
            }
            catch
            {
                client.Dispose();
                throw;
            }
        }

        throw failures.Count == 1 ? failures[0] : new RegistriesException(name, failures);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> SuggestedNames => [_name.ToString()];

    /// <inheritdoc/>
    public bool IsRemote => true;

    /// <inheritdoc/>
    public async ValueTask<ManifestBlob> GetManifestAsync(Digest? instance, CancellationToken cancellationToken) => instance is null
        ? _manifest
        : await _client.GetManifestAsync(null, instance, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        new ReadAheadStream(await _client.OpenBlobAsync(blob, cancellationToken).ConfigureAwait(false), cancellationToken);

    /// <summary>Remembers where the layers of the image are, for a later push. Called after they were verified and stored.</summary>
    /// <param name="image">The image in the store.</param>
    /// <param name="store">The store.</param>
    /// <param name="debug">Receives why they could not be remembered; null to report nothing.</param>
    public void RememberLayers(StoredImage image, Store store, IProgress<string>? debug) =>
        KnownBlobs.Of(store, debug).Remember(image, store, _client.Endpoint);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
