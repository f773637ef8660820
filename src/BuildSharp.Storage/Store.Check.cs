using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Storage;

// Examining a store. Nothing is changed here; see Store.Repair.cs.
public sealed partial class Store
{
    private const int MostRounds = 10;

    /// <summary>Examines the store, its additional stores too: records against files, files against records, mounts against counts, and
    /// unless the check is to be quick the layers' digests. Waits for whoever is changing the store; a place that a living process works
    /// in is no finding.</summary>
    /// <returns>What is wrong, or with <see cref="CheckOptions.Repair"/> what was wrong and what became of it.</returns>
    /// <exception cref="BuildSharpException">The store cannot be read, or the repair was refused by the kernel.</exception>
    public IReadOnlyList<Finding> Check(CheckOptions options)
    {
        if (!Directory.Exists(_directories.Layers) && !Directory.Exists(_directories.Home))
        {
            return [];
        }

        if (DamagedFiles() is { Count: > 0 } damaged)
        {
            // Without all records nobody can tell what is needed.
            return [.. damaged.Select(text => new Finding(FindingKind.Damage, text)
            {
                Outcome = options.Repair ? FindingOutcome.Kept : FindingOutcome.Reported,
                Reason = options.Repair ? "nothing is repaired while records cannot be read" : "",
            })];
        }

        if (!options.Repair)
        {
            return Look(options, WrongDigests(options));
        }

        // A layer whose links are mended may well have the right digest, so those are looked at afterwards.
        var done = Repair(options, []);
        return WrongDigests(options) is { Count: > 0 } digests
            ? [.. done.Where(finding => finding.Outcome != FindingOutcome.Kept), .. Repair(options, digests)]
            : done;
    }

    /// <summary>Record files that cannot be understood.</summary>
    private List<string> DamagedFiles()
    {
        var damaged = new List<string>();
        Try(() => _layers.ReadOnce());
        Try(() => _images.ReadOnce());
        Try(() => _containers.ReadOnce());
        Try(() => MountPoints());
        _readOnlyLayers.ToList().ForEach(table => Try(() => table.ReadOnce()));
        _readOnlyImages.ToList().ForEach(table => Try(() => table.ReadOnce()));
        return damaged;

        void Try(Action read)
        {
            try
            {
                read();
            }
            catch (BuildSharpException e)
            {
                damaged.Add(e.Message);
            }
        }
    }

    private Dictionary<StoredLayer, LayerProblem> WrongDigests(CheckOptions options)
    {
        if (options.IsQuick)
        {
            return [];
        }

        var all = _readOnlyLayers.Select(table => table.ReadOnce()).Prepend(_layers.ReadOnce())
            .SelectMany(set => set.Items)
            .Where(layer => !layer.IsIncomplete && !layer.DiffId.IsDefault && layer.TocDigest.Length == 0)
            .DistinctBy(layer => layer.Id)
            .ToList();
        return DigestExamination.Examine(all, OpenLayerTar, OpenTree);
    }

    private TreeExamination? OpenTree(StoredLayer layer)
    {
        var content = _driver.ContentPaths(layer.Id)[0];
        if (_driver.LinkInPlaceOf(layer.Id) is not null || Directory.Exists(content + "1"))
        {
            // It lies elsewhere, or its owners were changed and what that did not touch lies in another directory.
            return null;
        }

        var isWhole = _driver.KeepsWholeTrees && layer.Parent is not null;
        return new TreeExamination(
            DirectoryHandle.Open(content),
            isWhole ? DirectoryHandle.Open(_driver.ContentPath(layer.Parent!)) : null,
            _driver.Whiteouts,
            OwnersTold(layer));
    }

    /// <summary>Whether owners and attributes are on the disk as the layer's tar has them.</summary>
    private static bool OwnersTold(StoredLayer layer) => layer.UidMap.Count == 0 && !UserNamespace.IsInside;

    private List<Finding> Look(CheckOptions options, Dictionary<StoredLayer, LayerProblem> digests)
    {
        using var storage = _storageLock.Read();
        using var layersHeld = _layers.Lock.Read();
        var layerSet = _layers.Current(layersHeld);
        var layersElsewhere = Elsewhere(_readOnlyLayers);
        using var imagesHeld = _images.Lock.Read();
        var imageSet = _images.Current(imagesHeld);
        var imagesElsewhere = Elsewhere(_readOnlyImages);
        using var containersHeld = _containers.Lock.Read();
        return Examine(options, digests, layerSet, layersElsewhere, imageSet, imagesElsewhere, _containers.Current(containersHeld));
    }

    private static RecordSet<T> Elsewhere<T>(IReadOnlyList<RecordTable<T>> tables)
        where T : StoredRecord => tables.Count == 0 ? RecordSet<T>.Empty : Join(RecordSet<T>.Empty, tables.Select(table => table.ReadOnce()));

    /// <summary>All findings, in the order in which they are best repaired. The locks of all records are held.</summary>
    private List<Finding> Examine(
        CheckOptions options,
        Dictionary<StoredLayer, LayerProblem> digests,
        RecordSet<StoredLayer> layerSet,
        RecordSet<StoredLayer> layersElsewhere,
        RecordSet<StoredImage> imageSet,
        RecordSet<StoredImage> imagesElsewhere,
        RecordSet<StoredContainer> containerSet)
    {
        var own = new StoreContents
        {
            Directories = _directories,
            Driver = _driver,
            Homes = [.. Options.AdditionalImageStores.Prepend(Options.GraphRoot).Select(root => Path.Combine(root, _driver.Name))],
            Layers = layerSet,
            LayersElsewhere = layersElsewhere,
            Images = imageSet,
            ImagesElsewhere = imagesElsewhere,
            Containers = containerSet,
            Mounts = MountCountsNow(),
            Options = options,
            Now = DateTimeOffset.UtcNow,
        };
        var findings = new List<Finding>();
        try
        {
            findings.AddRange(AdoptionExamination.Examine(own));
            findings.AddRange(RecordExamination.Examine(own));
            findings.AddRange(LayerExamination.Examine(own));
            findings.AddRange(LinkExamination.Examine(own));
            findings.AddRange(ImageExamination.Examine(own));
            findings.AddRange(ContainerExamination.Examine(own));
            findings.AddRange(MountExamination.Examine(own));
            findings.AddRange(LeftoverExamination.Examine(own));
            foreach (var root in Options.AdditionalImageStores)
            {
                findings.AddRange(ExamineReadOnly(own, root));
            }
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "examine", e.Path ?? Options.GraphRoot);
        }

        foreach (var (layer, problem) in digests)
        {
            // Removed meanwhile, or replaced: then what was read belongs to no record any more.
            if (own.Layer(layer.Id) is { IsIncomplete: false } now && now.DiffId == layer.DiffId)
            {
                var canBeRestored = problem.Restorable.Count > 0 && !now.IsReadOnly;
                findings.Add(new Finding(canBeRestored ? FindingKind.Fault : FindingKind.Damage, $"{own.TitleOfLayer(layer.Id)}: {problem.Text}")
                {
                    Remedy = now.IsReadOnly ? null
                        : canBeRestored ? new Remedy.RestoreAttributes(layer, problem.Restorable)
                        : new Remedy.Discard(RecordKind.Layer, layer.Id),
                });
            }
        }

        return findings;
    }

    /// <summary>An additional store: what it lacks is reported, what it has too much is its owner's business.</summary>
    private IEnumerable<Finding> ExamineReadOnly(StoreContents own, string root)
    {
        var other = new StoreContents
        {
            Directories = new StoreDirectories(root, root, _driver, transient: false),
            Driver = _driver,
            Homes = own.Homes,
            Layers = new RecordSet<StoredLayer>([.. own.LayersElsewhere.Items.Where(layer => layer.StoreRoot == root)]),
            LayersElsewhere = own.LayersElsewhere,
            Images = new RecordSet<StoredImage>([.. own.ImagesElsewhere.Items.Where(image => image.StoreRoot == root)]),
            ImagesElsewhere = own.ImagesElsewhere,
            Containers = RecordSet<StoredContainer>.Empty,
            Mounts = [],
            Options = own.Options,
            Now = own.Now,
        };
        return RecordExamination.Examine(other)
            .Concat(LayerExamination.Examine(other))
            .Concat(LinkExamination.Examine(other))
            .Concat(ImageExamination.Examine(other))
            .Where(finding => finding.Kind != FindingKind.Leftover)
            .Select(finding => finding with { Remedy = null });
    }

    private List<MountCount> MountCountsNow()
    {
        if (!Directory.Exists(_directories.RunLayers))
        {
            return [];
        }

        using (_mounts.Lock.Read())
        {
            return _mounts.Read();
        }
    }
}
