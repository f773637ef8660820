using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Transports;

/// <summary>An image in the local store: <c>containers-storage:name</c>, or an image ID as a source.</summary>
public sealed record StorageLocation : ImageLocation
{
    private StorageLocation(string details) => Details = details;

    /// <inheritdoc/>
    public override string Transport => "containers-storage";

    /// <summary>An image name or ID, as given.</summary>
    public override string Details { get; }

    /// <summary>Takes a name or an ID; the store is the one of the command.</summary>
    /// <exception cref="BuildSharpException">It is empty, or names a store of its own in brackets.</exception>
    public static StorageLocation Parse(string details)
    {
        if (details.StartsWith('['))
            throw new BuildSharpException($"containers-storage:{details}: another store in brackets is not supported; use --root, --runroot and --storage-driver");

        return details.Length > 0
            ? new StorageLocation(details)
            : throw new BuildSharpException("containers-storage: an image name or ID is needed after the colon");
    }

    /// <inheritdoc/>
    public override ValueTask<IImageSource> OpenSourceAsync(TransportContext context, CancellationToken cancellationToken)
    {
        var store = StoreOf(context);
        var image = store.FindImage(Details) ?? throw new BuildSharpException($"{Details}: image not known");
        return ValueTask.FromResult<IImageSource>(new StorageSource(store, image));
    }

    /// <inheritdoc/>
    public override ValueTask<IImageDestination> OpenDestinationAsync(TransportContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IImageDestination>(new StorageDestination(StoreOf(context), [Reference.ParseLocal(Details).ToString()]));

    private Store StoreOf(TransportContext context) =>
        context.Store ?? throw new BuildSharpException($"{this}: no local store is open");
}
