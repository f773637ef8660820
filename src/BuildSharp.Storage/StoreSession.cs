using BuildSharp.Storage.Drivers;
using BuildSharp.Storage.Layers;
using BuildSharp.Storage.Locking;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage;

/// <summary>An open store: its location, its locks and its tables of records. Opening reads nothing.</summary>
/// <remarks>Each part of the store receives only those that it may use. The check and the repair receive the whole session.</remarks>
internal sealed class StoreSession
{
    internal StoreSession(StoreOptions options, IGraphDriver driver)
    {
        var directories = new StoreDirectories(options.GraphRoot, options.RunRoot, driver, options.TransientStore);
        var others = options.AdditionalImageStores.Select(root => new StoreDirectories(root, root, driver, transient: false)).ToList();
        StorageLock = Lock(LockRank.Storage, directories.StorageLock);
        Place = new StorePlace(options, driver, directories, StorageLock);

        Layers = Records(
            new LayerFormat(),
            LockRank.Layers,
            LockRank.ReadOnlyLayers,
            store => Path.Combine(store.Layers, "layers"),
            directories.VolatileLayers);
        Images = Records(
            new ImageFormat(),
            LockRank.Images,
            LockRank.ReadOnlyImages,
            store => Path.Combine(store.Images, "images"),
            volatileFile: null);
        Containers = new RecordTable<StoredContainer>(
            new ContainerFormat(),
            Lock(LockRank.Containers, directories.ContainersLock),
            options.GraphRoot,
            Path.Combine(directories.Containers, "containers.json"),
            directories.VolatileContainers,
            isReadOnly: false);
        Mounts = new LayerMounts(Place, StorageLock, Layers.Own.Lock, new MountCounts(this, directories.RunLayers, options.Debug));

        StoreRecords<T> Records<T>(
            RecordFormat<T> format, LockRank rank, LockRank readOnlyRank, Func<StoreDirectories, string> file, string? volatileFile)
            where T : StoredRecord => new(
                new RecordTable<T>(
                    format, Lock(rank, file(directories) + ".lock"), directories.GraphRoot, file(directories) + ".json", volatileFile, isReadOnly: false),
                [.. others.Select(other => new RecordTable<T>(
                    format, Lock(readOnlyRank, file(other) + ".lock"), other.GraphRoot, file(other) + ".json", null, isReadOnly: true))]);

        StoreLock Lock(LockRank rank, string path) => new(this, rank, path, options.Debug);
    }

    /// <summary>Options, driver and directories.</summary>
    internal StorePlace Place { get; }

    /// <summary>The first lock in the order (<see cref="LockRank"/>). While it is held, no process mounts or unmounts the home.</summary>
    internal StoreLock StorageLock { get; }

    internal StoreRecords<StoredLayer> Layers { get; }

    internal StoreRecords<StoredImage> Images { get; }

    internal RecordTable<StoredContainer> Containers { get; }

    internal LayerMounts Mounts { get; }
}
