using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Json;
using BuildSharp.Storage.Drivers;
using BuildSharp.Storage.Images;
using BuildSharp.Storage.Layers;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Containers;

/// <summary>The containers of a store, whichever tool created them: finds, creates, renames, mounts and removes them.</summary>
public sealed class ContainerStore
{
    private readonly StorePlace _place;
    private readonly RecordTable<StoredContainer> _records;
    private readonly LayerStore _layers;
    private readonly ImageStore _images;
    private readonly AdoptionRecovery _recovery;

    /// <param name="place">Options, driver and directories.</param>
    /// <param name="records">The containers.</param>
    /// <param name="layers">Creates, mounts and removes the containers' layers.</param>
    /// <param name="images">Read to find base images and the layers that belong to images.</param>
    /// <param name="recovery">Gives a container its own layer again after a killed commit.</param>
    internal ContainerStore(
        StorePlace place, RecordTable<StoredContainer> records, LayerStore layers, ImageStore images, AdoptionRecovery recovery)
    {
        _place = place;
        _records = records;
        _layers = layers;
        _images = images;
        _recovery = recovery;
    }

    /// <summary>All containers.</summary>
    public IReadOnlyList<StoredContainer> All() => _records.ReadOnce().Items;

    /// <summary>Containers made from the image.</summary>
    public IReadOnlyList<StoredContainer> OfImage(string imageId) => [.. All().Where(container => container.ImageId == imageId)];

    /// <summary>Finds a container by full id, name, layer id, or unique prefix of the id.</summary>
    public StoredContainer? Find(string nameOrId)
    {
        var found = Find(_records.ReadOnce(), nameOrId);
        if (found?.Id != nameOrId)
        {
            _place.Options.Debug?.Report(found is null
                ? $"no container \"{nameOrId}\""
                : $"container \"{nameOrId}\" is {found.Id}, layer {found.LayerId}, image {found.ImageId ?? "none"}");
        }

        return found;
    }

    /// <summary>Directory for files of the tool that owns the container; removed with the container.</summary>
    public string DirectoryOf(string id) => Path.Combine(_place.Directories.Containers, id, "userdata");

    /// <summary>Directory for runtime files of the tool that owns the container. Created if missing; does not survive a reboot.</summary>
    public string RunDirectoryOf(string id)
    {
        var path = Path.Combine(_place.Directories.RunContainers, id, "userdata");
        try
        {
            StoreDirectories.Make(path, Octal.O700);
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "create", path);
        }

        return path;
    }

    /// <summary>Creates a container with an empty layer.</summary>
    /// <exception cref="NameInUseException">Another container has one of the names.</exception>
    public StoredContainer Create(NewContainer container)
    {
        using var layers = _layers.Write();
        var parent = container.ParentLayerId;
        if (container.ImageId is { } imageId)
        {
            var image = _images.Required(imageId);
            parent ??= image.TopLayer;
        }

        // A layer of an additional store can stay incomplete, because only that store's owner repairs it.
        if (parent is not null && _layers.AllOf(layers).ById(parent) is not { IsIncomplete: false })
        {
            throw new BuildSharpException($"layer {parent} is missing in {_place.Options.GraphRoot}; remove the image and build or pull it again");
        }

        using var held = _records.Lock.Write();
        var set = _records.Current(held);
        ThrowIfInUse(set, container.Names);
        var id = StoreDirectories.NewId();
        var layer = new StoredLayer
        {
            Id = StoreDirectories.NewId(),
            Parent = parent,
            MountLabel = container.MountLabel,
            Created = StorePlace.Now(),
            IsVolatile = _place.Options.TransientStore,
        };
        var record = new StoredContainer
        {
            Id = id,
            Names = container.Names,
            ImageId = container.ImageId,
            LayerId = layer.Id,
            StoreRoot = _place.Options.GraphRoot,
            Created = StorePlace.Now(),
            IsVolatile = _place.Options.TransientStore,
            Flags = FlagsOf(container),
        };
        var persistence = PersistenceOf(record);
        layers.Add(layer, content: null, tarSplit: null, Publish);
        return record;

        void Publish(RecordSet<StoredLayer> withLayer)
        {
            try
            {
                var directory = DirectoryOf(id);
                StoreDirectories.Make(directory, Octal.O700);
                foreach (var (name, content) in container.FilesFor?.Invoke(id) ?? container.Files)
                {
                    AtomicFile.Replace(Path.Combine(directory, name), content.Span, durable: false);
                }

                using var layerSave = layers.Prepare(withLayer, persistence);
                using var containerSave = _records.Prepare(held, set.With(record), persistence);
                layerSave.Publish();
                containerSave.Publish();
            }
            catch (Exception e)
            {
                RemoveDirectories(id);
                throw e is LinuxException refused ? StoreErrors.Describe(refused, "write", DirectoryOf(id)) : e;
            }
        }
    }

    /// <summary>Replaces a container's names with one name.</summary>
    /// <exception cref="NameInUseException">Another container has the name.</exception>
    public StoredContainer Rename(string id, string name)
    {
        _place.MakeAll();
        using var held = _records.Lock.Write();
        var set = _records.Current(held);
        var record = set.ById(id) ?? throw NotKnown(id);
        ThrowIfInUse(set, [name]);
        record = record with { Names = [name] };
        _records.Save(held, set.With(record));
        return record;
    }

    /// <summary>Unmounts and removes a container, with its layer unless that became an image's.</summary>
    public void Remove(string id)
    {
        StagingDirectory? staging = null;
        try
        {
            using var layers = _layers.Write();
            var images = _images.Read();
            using var held = _records.Lock.Write();
            var set = _records.Current(held);
            var record = set.ById(id) ?? throw NotKnown(id);
            layers.UnmountAll(record.LayerId);
            using var layerSave = layers.Set.ById(record.LayerId) is { } layer && !LayerUsers.IsUsed(layer.Id, layers.Set, images)
                ? layers.Prepare(layers.TakeAway(layer, staging = layers.StagingFor(layer)), PersistenceOf(record))
                : null;
            using var containerSave = _records.Prepare(held, set.Without(id), PersistenceOf(record));
            layerSave?.Publish();

            // The record first: without its tool's files, a container would look like one of another tool.
            containerSave.Publish();
            RemoveDirectories(id);
        }
        finally
        {
            staging?.Dispose();
        }

        _layers.ReleaseHomeAtEnd();
    }

    /// <summary>Mounts a container and counts the mount. Each call needs one <see cref="Unmount"/>.</summary>
    /// <returns>The mount point.</returns>
    public string Mount(string id)
    {
        var record = WithLayerOfItsOwn(Required(id));
        var layer = _layers.Find(record.LayerId);
        if (record.HasIdMaps && layer is { UidMap.Count: 0, GidMap.Count: 0 })
        {
            throw new BuildSharpException(
                $"container {record.Id} has a user namespace of its own; mounting it with shifted owners is not supported: use the tool that made it");
        }

        return _layers.Mount(record.LayerId, new LayerMountOptions
        {
            IsVolatile = record.MayBeVolatile && !_place.Options.DisableVolatile,
            MountLabel = layer?.MountLabel,
        });
    }

    /// <summary>Releases one mount of a container.</summary>
    /// <param name="id">The container.</param>
    /// <param name="force">Releases all mounts at once.</param>
    /// <returns>Whether the container is no longer mounted.</returns>
    public bool Unmount(string id, bool force = false) => _layers.Unmount(Required(id).LayerId, force);

    /// <summary>Whether any tool has mounted the container.</summary>
    public bool IsMounted(string id) => MountPoint(id) is not null;

    /// <summary>Mount point of a container; null when it is not mounted.</summary>
    public string? MountPoint(string id) => _layers.MountPoint(Required(id).LayerId);

    internal StoredContainer Required(string id) => Find(id) ?? throw NotKnown(id);

    internal static BuildSharpException NotKnown(string id) => new($"{id}: container not known");

    /// <summary>The container's layer, which nothing else uses.</summary>
    internal StoredLayer OwnLayerOf(string id)
    {
        var container = WithLayerOfItsOwn(Required(id));
        return _layers.Find(container.LayerId) ?? throw new BuildSharpException($"container {id} has lost its layer {container.LayerId}");
    }

    /// <summary>Gives the container a new layer if a killed commit already made its layer an image's. That layer must not change.</summary>
    private StoredContainer WithLayerOfItsOwn(StoredContainer record)
    {
        if (_place.Driver.NewIdOf(record.LayerId) is null && _layers.Find(record.LayerId) is not { DiffId.IsDefault: false })
        {
            return record;
        }

        using var layers = _layers.Write();
        var images = _images.Read();
        using var held = _records.Lock.Write();
        return _recovery.Settle(record.Id, layers, images, held);
    }

    /// <summary>Removes a container's directories, including its tool's files.</summary>
    internal void RemoveDirectories(string id)
    {
        foreach (var parent in new[] { _place.Directories.Containers, _place.Directories.RunContainers })
        {
            try
            {
                using var handle = DirectoryHandle.TryOpen(parent);
                handle?.ForceRemoveTree(id);
            }
            catch (LinuxException e)
            {
                throw StoreErrors.Describe(e, "remove", Path.Combine(parent, id));
            }
        }
    }

    /// <summary>The record of a volatile container needs no synchronisation, because the container's content is never synchronised
    /// either.</summary>
    private static Persistence PersistenceOf(StoredContainer container) => container.MayBeVolatile ? Persistence.Ordered : Persistence.Durable;

    private static StoredContainer? Find(RecordSet<StoredContainer> set, string nameOrId) =>
        nameOrId.Length == 0
            ? null
            : set.ById(nameOrId) ?? set.ByName(nameOrId) ?? set.Items.FirstOrDefault(record => record.LayerId == nameOrId) ?? set.ByPrefix(nameOrId);

    private static void ThrowIfInUse(RecordSet<StoredContainer> set, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (set.ByName(name) is { } other)
            {
                throw new NameInUseException(name, other.Id);
            }
        }
    }

    private static IReadOnlyList<RawField> FlagsOf(NewContainer container)
    {
        var flags = new List<RawField>
        {
            new("MountLabel", Text(container.MountLabel)),
            new("ProcessLabel", Text(container.ProcessLabel)),
        };
        if (container.Volatile)
        {
            flags.Add(new RawField("Volatile", "true"u8.ToArray()));
        }

        return flags;

        static byte[] Text(string? value) => GoJson.ToBytes(json => json.WriteStringValue(value ?? ""));
    }
}
