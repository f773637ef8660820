using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;

namespace BuildSharp.Transports.ContainersStorage;

/// <summary>A manifest list of the local store with its images, each in the store or at the location recorded when it was added to the
/// list.</summary>
public sealed class StoredListSource : IImageListSource
{
    private readonly TransportContext _context;
    private readonly Store _store;
    private readonly string _name;
    private readonly IReadOnlyDictionary<string, string> _places;

    /// <summary>Reads the list.</summary>
    /// <param name="store">The store.</param>
    /// <param name="list">The list in it.</param>
    /// <param name="context">Used to open locations outside the store.</param>
    /// <exception cref="BuildSharpException">The record is an image, or it is damaged.</exception>
    public StoredListSource(Store store, StoredImage list, TransportContext context)
    {
        _store = store;
        _context = context;
        _name = list.Names is [var first, ..] ? first : list.Id;
        Manifest = ManifestBlob.Of(store.ManifestLists.Read(list));
        _places = store.ManifestLists.ReadPlaces(list);
    }

    /// <inheritdoc/>
    public ManifestBlob Manifest { get; }

    /// <inheritdoc/>
    /// <exception cref="BuildSharpException">The image is not in the store, and its recorded location does not have that
    /// digest.</exception>
    public async ValueTask<(IImageSource Source, ManifestBlob Manifest)> OpenAsync(Descriptor entry, CancellationToken cancellationToken)
    {
        // Look for the digest first: a name in the store may belong to another image by now.
        if (_store.Images.ByDigest(entry.Digest).FirstOrDefault(image => !_store.ManifestLists.IsList(image)) is { } stored)
        {
            var source = new StorageSource(_store, stored, context: _context);
            return (source, await source.GetManifestAsync(null, cancellationToken).ConfigureAwait(false));
        }

        var place = _places.GetValueOrDefault(entry.Digest.ToString())
            ?? throw new BuildSharpException($"{_name}: its image {entry.Digest} is not in {_store.Options.GraphRoot}; pull it first");
        IImageSource opened;
        try
        {
            opened = await TransportTable.Parse(place).OpenSourceAsync(_context, cancellationToken).ConfigureAwait(false);
        }
        catch (BuildSharpException error)
        {
            throw new BuildSharpException($"{_name}: its image {entry.Digest} was added from {place}, which cannot be read: {error.Message}", error);
        }

        try
        {
            return (opened, await FindAsync(opened, entry.Digest, place, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await opened.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask<ManifestBlob> FindAsync(IImageSource source, Digest wanted, string place, CancellationToken cancellationToken)
    {
        var listed = await source.GetListedManifestAsync(cancellationToken).ConfigureAwait(false);
        if (listed.Digest == wanted)
        {
            return await source.GetManifestAsync(null, cancellationToken).ConfigureAwait(false);
        }

        if (listed.IsIndex && ImageIndex.Parse(listed.Bytes.Span, listed.MediaType).Manifests.Any(entry => entry.Digest == wanted)
            && await source.GetManifestAsync(wanted, cancellationToken).ConfigureAwait(false) is var instance
            && Digest.Compute(wanted.Algorithm, instance.Bytes.Span) == wanted)
        {
            return instance;
        }

        throw new BuildSharpException(
            $"{_name}: its image {wanted} was added from {place}, where {listed.Digest} is now; remove the entry and add the image again");
    }
}
