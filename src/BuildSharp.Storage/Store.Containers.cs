using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>What a new container is made from.</summary>
public sealed record NewContainer
{
    /// <summary>Its names, usually one.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The image it belongs to; empty for one from scratch.</summary>
    public string ImageId { get; init; } = "";

    /// <summary>The layer below its own; null to take the image's top layer.</summary>
    public string? ParentLayerId { get; init; }

    /// <summary>Whether overlay may leave out synchronising its content to disk.</summary>
    public bool Volatile { get; init; } = true;

    /// <summary>SELinux label of its mounts; empty without SELinux.</summary>
    public string MountLabel { get; init; } = "";

    /// <summary>SELinux label of its processes; empty without SELinux.</summary>
    public string ProcessLabel { get; init; } = "";

    /// <summary>Files for its directory <c>userdata</c>, present from the moment others can see the container.</summary>
    public IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Files { get; init; } = [];

    /// <summary>Makes the files once the id is known; takes precedence over <see cref="Files"/>.</summary>
    public Func<string, IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>>>? FilesFor { get; init; }
}

// Containers: listing, making, renaming, removing.
public sealed partial class Store
{
    /// <summary>All containers, whichever tool made them.</summary>
    public IReadOnlyList<StoredContainer> Containers() => _containers.ReadOnce().Items;

    /// <summary>Finds a container by full id, name, layer id, or digits that only one id begins with.</summary>
    public StoredContainer? FindContainer(string nameOrId)
    {
        var found = Find(_containers.ReadOnce(), nameOrId);
        if (found?.Id != nameOrId)
        {
            Options.Debug?.Report(found is null
                ? $"no container \"{nameOrId}\""
                : $"container \"{nameOrId}\" is {found.Id}, layer {found.LayerId}, image {(found.ImageId.Length > 0 ? found.ImageId : "none")}");
        }

        return found;
    }

    /// <summary>The directory for files of the container's tool, which lives as long as the container.</summary>
    public string ContainerDirectory(string id) => Path.Combine(_directories.Containers, id, "userdata");

    /// <summary>The directory for run files of the container's tool, gone after a reboot; made when it is missing.</summary>
    public string ContainerRunDirectory(string id)
    {
        var path = Path.Combine(_directories.RunContainers, id, "userdata");
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

    /// <summary>Makes a container with an empty layer of its own.</summary>
    /// <exception cref="NameInUseException">Another container has one of the names.</exception>
    public StoredContainer CreateContainer(NewContainer container)
    {
        using var layersHeld = WriteLayers(out var layerSet);
        var parent = container.ParentLayerId;
        if (container.ImageId.Length > 0)
        {
            var image = ImageSet().ById(container.ImageId)
                ?? throw Vanished(container.ImageId);
            parent ??= image.TopLayer;
        }

        // One of an additional store may be half made for good: nobody repairs it there.
        if (parent is not null && WithReadOnly(layerSet).ById(parent) is not { IsIncomplete: false })
        {
            throw new BuildSharpException($"layer {parent} is missing in {Options.GraphRoot}; remove the image and build or pull it again");
        }

        using var held = _containers.Lock.Write();
        var set = _containers.Current(held);
        ThrowIfInUse(set, container.Names);
        var id = StoreDirectories.NewId();
        var layer = new StoredLayer
        {
            Id = StoreDirectories.NewId(),
            Parent = parent,
            MountLabel = container.MountLabel,
            Created = Now(),
            IsVolatile = Options.TransientStore,
        };
        var record = new StoredContainer
        {
            Id = id,
            Names = container.Names,
            ImageId = container.ImageId,
            LayerId = layer.Id,
            StoreRoot = Options.GraphRoot,
            Created = Now(),
            IsVolatile = Options.TransientStore,
            Flags = ContainerFlags(container),
        };
        var persistence = PersistenceOf(record);
        AddLayer(layersHeld, layerSet, layer, content: null, tarSplit: null, Publish);
        return record;

        void Publish(RecordSet<StoredLayer> withLayer)
        {
            try
            {
                var directory = ContainerDirectory(id);
                StoreDirectories.Make(directory, Octal.O700);
                foreach (var (name, content) in container.FilesFor?.Invoke(id) ?? container.Files)
                {
                    AtomicFile.Replace(Path.Combine(directory, name), content.Span, durable: false);
                }

                using var layerSave = _layers.Prepare(layersHeld, withLayer, persistence);
                using var containerSave = _containers.Prepare(held, set.With(record), persistence);
                layerSave.Publish();
                containerSave.Publish();
            }
            catch (Exception e)
            {
                RemoveContainerDirectories(id);
                throw e is LinuxException refused ? StoreErrors.Describe(refused, "write", ContainerDirectory(id)) : e;
            }
        }
    }

    /// <summary>Gives a container another name.</summary>
    /// <exception cref="NameInUseException">Another container has the name.</exception>
    public StoredContainer RenameContainer(string id, string name)
    {
        MakeAll();
        using var held = _containers.Lock.Write();
        var set = _containers.Current(held);
        var record = set.ById(id) ?? throw new BuildSharpException($"{id}: container not known");
        ThrowIfInUse(set, [name]);
        record = record with { Names = [name] };
        _containers.Save(held, set.With(record));
        return record;
    }

    /// <summary>Removes a container, unmounting it first. Its layer goes too, unless it became an image's.</summary>
    public void RemoveContainer(string id)
    {
        StagingDirectory? staging = null;
        try
        {
            using var layersHeld = WriteLayers(out var layerSet);
            var imageSet = ImageSet();
            using var held = _containers.Lock.Write();
            var set = _containers.Current(held);
            var record = set.ById(id) ?? throw new BuildSharpException($"{id}: container not known");
            UnmountAll(record.LayerId);
            using var layerSave = layerSet.ById(record.LayerId) is { } layer && !IsUsed(layer.Id, layerSet, imageSet)
                ? _layers.Prepare(layersHeld, TakeLayerAway(layersHeld, layerSet, layer, staging = StagingFor(layer)), PersistenceOf(record))
                : null;
            using var containerSave = _containers.Prepare(held, set.Without(id), PersistenceOf(record));
            layerSave?.Publish();

            // The record first: a container whose tool's files are gone would look like another tool's.
            containerSave.Publish();
            RemoveContainerDirectories(id);
        }
        finally
        {
            staging?.Dispose();
        }

        ShutDownIfIdle();
    }

    /// <summary>A volatile container's content is never synchronised, so a record that outlives it promises nothing.</summary>
    private static Persistence PersistenceOf(StoredContainer container) => container.MayBeVolatile ? Persistence.Ordered : Persistence.Durable;

    /// <summary>Where a layer's files go to be removed later; null for so few that they go at once, and where there is no room.</summary>
    private StagingDirectory? StagingFor(StoredLayer layer)
    {
        try
        {
            return _driver.IsEmpty(layer.Id) ? null : StagingDirectory.Create(_directories.Staging);
        }
        catch (BuildSharpException e) when (StoreErrors.IsNoSpace(e))
        {
            return null;
        }
    }

    /// <summary>Whether an image, or a layer above, stands on the layer.</summary>
    private static bool IsUsed(string layerId, RecordSet<StoredLayer> layerSet, RecordSet<StoredImage> imageSet) =>
        layerSet.Items.Any(layer => layer.Parent == layerId)
        || imageSet.Items.Any(image => image.TopLayer == layerId || image.MappedLayers.Contains(layerId));

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

    private static IReadOnlyList<RawField> ContainerFlags(NewContainer container)
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

        static byte[] Text(string value) =>
            GoJson.ToBytes(json => json.WriteStringValue(value));
    }

    private static Timestamp Now() => Timestamp.From(DateTimeOffset.UtcNow);

    private void RemoveContainerDirectories(string id)
    {
        foreach (var parent in new[] { _directories.Containers, _directories.RunContainers })
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
}
