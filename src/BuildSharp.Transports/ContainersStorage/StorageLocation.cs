using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;
using BuildSharp.Transports.Trust;

namespace BuildSharp.Transports.ContainersStorage;

/// <summary>An image in a local store: <c>containers-storage:[store]name</c>, or an image ID as a source. Without brackets it is in the
/// store of the command.</summary>
public sealed record StorageLocation : ImageLocation
{
    private readonly StoreName? _elsewhere;
    private readonly string _image;

    private StorageLocation(string details, StoreName? elsewhere, string image)
    {
        Details = details;
        _elsewhere = elsewhere;
        _image = image;
    }

    /// <inheritdoc/>
    public override string Transport => "containers-storage";

    /// <summary>Image name or ID, with an optional store in brackets, as given.</summary>
    public override string Details { get; }

    /// <summary>Parses an image name or ID after an optional store in brackets, as skopeo writes it.</summary>
    /// <exception cref="BuildSharpException">The image is missing, or the brackets do not hold a store.</exception>
    public static StorageLocation Parse(string details)
    {
        var elsewhere = StoreName.Read(details, out var image);
        return image.Length > 0
            ? new StorageLocation(details, elsewhere, image)
            : throw new BuildSharpException(
                $"containers-storage:{details}: an image name or ID is needed after the {(elsewhere is null ? "colon" : "bracket")}");
    }

    /// <summary>Name or ID of the image when it is in <paramref name="store"/>; null when it is in another store.</summary>
    public string? NameIn(Store store) => _elsewhere is null || _elsewhere.Means(store) ? _image : null;

    /// <remarks>Image names with the image ID, then names alone, then the store with and without its driver.</remarks>
    internal override IEnumerable<string> PolicyScopes(TransportContext context)
    {
        var (store, isOurs) = StoreOf(context);
        try
        {
            var image = store.Images.Find(_image) ?? FindWithId(store);
            var place = $"[{store.DriverName}@{store.Options.GraphRoot}]";
            var named = image?.Names.FirstOrDefault(IsMeant) is { } meant ? Reference.Parse(meant)
                : Reference.TryParse(_image, out var typed) ? typed.InDomain("docker.io").WithDefaultTag() : null;
            List<string> scopes = image is null ? [] : [place + (named?.ToString() ?? "") + "@" + image.Id];
            if (named is not null)
            {
                scopes.AddRange(PolicyScope.Above(named).Prepend(named.ToString()).Select(scope => place + scope));
            }

            return [.. scopes, place, $"[{store.Options.GraphRoot}]"];
        }
        finally
        {
            if (isOurs)
            {
                store.Dispose();
            }
        }
    }

    private protected override ValueTask<IImageSource> OpenTrustedAsync(TransportContext context, CancellationToken cancellationToken)
    {
        var (store, isOurs) = StoreOf(context);
        try
        {
            var named = store.Images.Find(_image) ?? FindWithId(store) ?? throw new ImageNotFoundException($"{_image}: image not known");
            var image = store.ManifestLists.ForPlatform(named, context.Platform ?? Platform.Host);

            // A list in the command's own store keeps its names; an image of it must not take them.
            var keepsNames = image.Id != named.Id && !isOurs;
            return ValueTask.FromResult<IImageSource>(
                new StorageSource(store, image, isOurs, context) { SuggestedNames = keepsNames ? [] : [.. named.Names.Where(IsMeant)] });
        }
        catch when (isOurs)
        {
            store.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override ValueTask<IImageDestination> OpenDestinationAsync(TransportContext context, CancellationToken cancellationToken)
    {
        var (store, isOurs) = StoreOf(context);
        try
        {
            // A destination name follows Docker's rules: without a registry it means Docker Hub. The ID of an existing image is not a name.
            var isId = store.Images.Find(_image) is { } known && known.Id.StartsWith(_image, StringComparison.Ordinal);
            IReadOnlyList<string> names = isId ? [] : [Reference.ParseNormalized(_image).WithDefaultTag().ToString()];
            return ValueTask.FromResult<IImageDestination>(new StorageDestination(store, names, isOurs));
        }
        catch when (isOurs)
        {
            store.Dispose();
            throw;
        }
    }

    private bool IsMeant(string name) => Reference.TryParse(_image, out var typed)
        && new[] { typed.InDomain("localhost"), typed.InDomain("docker.io"), typed }.Any(candidate => candidate.WithDefaultTag().ToString() == name);

    // Accepts "name@ID", which other tools write for an image that they have looked up.
    private StoredImage? FindWithId(Store store) =>
        _image.LastIndexOf('@') is > 0 and var at && !_image[(at + 1)..].Contains(':') ? store.Images.Find(_image[(at + 1)..]) : null;

    private (Store Store, bool IsOurs) StoreOf(TransportContext context)
    {
        var given = context.Store ?? throw new BuildSharpException($"{this}: no local store is open");
        return _elsewhere is null || _elsewhere.Means(given) ? (given, false) : (Store.Open(_elsewhere.Options(given)), true);
    }
}
