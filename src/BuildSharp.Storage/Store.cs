using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>A store of layers, images and containers that buildah, podman, skopeo and CRI-O use at the same time.</summary>
/// <remarks>
/// Opening reads no record and changes nothing; directories, locks and mounts come with the first call that needs them. Every call takes
/// the locks it needs and gives them back, so a store may be used from several threads. Disposing follows the other tools' rule: when
/// nothing of the store is mounted any more, its home is unmounted too.
/// </remarks>
public sealed partial class Store : IDisposable
{
    private readonly StoreDirectories _directories;
    private readonly IGraphDriver _driver;
    private readonly StoreLock _storageLock;
    private readonly MountCounts _mounts;
    private readonly RecordTable<StoredLayer> _layers;
    private readonly RecordTable<StoredImage> _images;
    private readonly RecordTable<StoredContainer> _containers;
    private readonly IReadOnlyList<RecordTable<StoredLayer>> _readOnlyLayers;
    private readonly IReadOnlyList<RecordTable<StoredImage>> _readOnlyImages;
    private readonly Lock _making = new();
    private bool _isMade;
    private WriterMark? _mark;
    private bool _hasMounted;

    private Store(StoreOptions options, IGraphDriver driver)
    {
        Options = options;
        _driver = driver;
        _directories = new StoreDirectories(options.GraphRoot, options.RunRoot, driver, options.TransientStore);
        _storageLock = new StoreLock(this, LockRank.Storage, _directories.StorageLock, options.Debug);
        _mounts = new MountCounts(this, _directories.RunLayers, options.Debug);
        var layerFormat = new LayerFormat();
        var imageFormat = new ImageFormat();
        _layers = new RecordTable<StoredLayer>(
            layerFormat,
            new StoreLock(this, LockRank.Layers, Path.Combine(_directories.Layers, "layers.lock"), options.Debug),
            options.GraphRoot,
            Path.Combine(_directories.Layers, "layers.json"),
            _directories.VolatileLayers,
            isReadOnly: false);
        _images = new RecordTable<StoredImage>(
            imageFormat,
            new StoreLock(this, LockRank.Images, Path.Combine(_directories.Images, "images.lock"), options.Debug),
            options.GraphRoot,
            Path.Combine(_directories.Images, "images.json"),
            null,
            isReadOnly: false);
        _containers = new RecordTable<StoredContainer>(
            new ContainerFormat(),
            new StoreLock(this, LockRank.Containers, _directories.ContainersLock, options.Debug),
            options.GraphRoot,
            Path.Combine(_directories.Containers, "containers.json"),
            _directories.VolatileContainers,
            isReadOnly: false);
        var others = options.AdditionalImageStores.Select(root => new StoreDirectories(root, root, driver, transient: false)).ToList();
        _readOnlyLayers = [.. others.Select(other => new RecordTable<StoredLayer>(
            layerFormat,
            new StoreLock(this, LockRank.ReadOnlyLayers, Path.Combine(other.Layers, "layers.lock"), options.Debug),
            other.GraphRoot,
            Path.Combine(other.Layers, "layers.json"),
            null,
            isReadOnly: true))];
        _readOnlyImages = [.. others.Select(other => new RecordTable<StoredImage>(
            imageFormat,
            new StoreLock(this, LockRank.ReadOnlyImages, Path.Combine(other.Images, "images.lock"), options.Debug),
            other.GraphRoot,
            Path.Combine(other.Images, "images.json"),
            null,
            isReadOnly: true))];
    }

    /// <summary>How the store was opened.</summary>
    public StoreOptions Options { get; }

    /// <summary>The driver in use: <c>overlay</c> or <c>vfs</c>.</summary>
    public string DriverName => _driver.Name;

    /// <summary>Facts about the driver for people to read, in the words of the other tools; reads no record.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> DriverStatus() => _driver.Status();

    /// <summary>The name of this store in image references: <c>[driver@graphroot+runroot]</c>.</summary>
    public string Specification => $"[{_driver.Name}@{Options.GraphRoot}+{Options.RunRoot}]";

    /// <summary>Opens a store, which need not exist yet.</summary>
    /// <exception cref="BuildSharpException">The driver or one of its options is not supported, the store is another user's, or too few files
    /// may be open.</exception>
    public static Store Open(StoreOptions options)
    {
        OpenFileLimit.Require(OpenFileLimit.OfStore);
        var name = DriverChoice.Of(options);
        options.Debug?.Report(
            $"store: {name} in {options.GraphRoot}, run root {options.RunRoot}, "
            + (options.ConfigurationFile is { } file ? $"configured by {file}" : "no configuration file")
            + (options.DriverOptions.Count > 0 ? $", options {string.Join(' ', options.DriverOptions)}" : "")
            + (options.AdditionalImageStores.Count > 0 ? $", additional stores {string.Join(' ', options.AdditionalImageStores)}" : ""));
        var store = new Store(options, DriverChoice.Make(name, options));
        store._directories.RequireAccess();
        return store;
    }

    /// <summary>Makes the store's directories, where they are missing, and clears up after killed processes. No lock is held.</summary>
    private void MakeAll()
    {
        lock (_making)
        {
            if (!_isMade)
            {
                MakeDirectories();
                _isMade = true;
                _mark = WriterMark.Set(_directories.Writers);
                WriterMark.RemoveAbandoned(_directories.Writers, TryClearUp);
            }
        }
    }

    private void MakeDirectories()
    {
        _directories.MakeAll();
        using (_storageLock.Write())
        {
            try
            {
                _driver.CreateHome();
            }
            catch (LinuxException e)
            {
                throw StoreErrors.Describe(e, "create", _directories.Home);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            if (_hasMounted)
            {
                _hasMounted = false;
                ShutDown();
            }
        }
        finally
        {
            _mark?.Dispose();
            _mark = null;
        }
    }

    /// <summary>Unmounts the driver's home when no layer is mounted, and tells the other tools to look before they mount.</summary>
    private void ShutDown()
    {
        using var storage = _storageLock.Write();
        using var layersHeld = _layers.Lock.Write();
        using var mountsHeld = _mounts.Lock.Read();
        if (_mounts.Read().Count > 0)
        {
            return;
        }

        try
        {
            storage.WriteToken();
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOSPC or Errno.EDQUOT)
        {
            // Without a token nobody would look again before mounting, so the home stays mounted. It does no harm.
            return;
        }

        _driver.ReleaseMounts();
    }
}
