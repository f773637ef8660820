using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage.Layers;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Checking;

/// <summary>Examines a store and its additional stores. Changes nothing.</summary>
/// <param name="session">The store, which is read completely.</param>
/// <param name="layers">Opens the layers' tars.</param>
internal sealed class StoreExamination(StoreSession session, LayerStore layers)
{
    private readonly StorePlace _place = session.Place;

    /// <summary>Record files that cannot be parsed.</summary>
    internal List<string> DamagedFiles()
    {
        var damaged = new List<string>();
        Try(() => session.Layers.Own.ReadOnce());
        Try(() => session.Images.Own.ReadOnce());
        Try(() => session.Containers.ReadOnce());
        Try(() => session.Mounts.Counts());
        session.Layers.Others.ToList().ForEach(table => Try(() => table.ReadOnce()));
        session.Images.Others.ToList().ForEach(table => Try(() => table.ReadOnce()));
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

    /// <summary>Layers whose tar differs from their record, or whose files differ from their tar. Reads all files of all layers; holds no
    /// lock.</summary>
    internal Dictionary<StoredLayer, LayerProblem> WrongDigests()
    {
        var all = session.Layers.Others.Select(table => table.ReadOnce()).Prepend(session.Layers.Own.ReadOnce())
            .SelectMany(set => set.Items)
            .Where(layer => !layer.IsIncomplete && !layer.DiffId.IsDefault && layer.TocDigest is null)
            .DistinctBy(layer => layer.Id)
            .ToList();
        return DigestExamination.Examine(all, layers.OpenTar, OpenTree);
    }

    /// <summary>Whether owners and attributes on disk equal those in the layer's tar.</summary>
    internal static bool OwnersTold(StoredLayer layer) => layer.UidMap.Count == 0 && !UserNamespace.IsInside;

    /// <summary>All findings. Takes the locks, so the store does not change meanwhile.</summary>
    internal List<Finding> Look(CheckOptions options, Dictionary<StoredLayer, LayerProblem> digests)
    {
        using var storage = session.StorageLock.Read();
        using var layersHeld = session.Layers.Own.Lock.Read();
        var layerSet = session.Layers.Own.Current(layersHeld);
        var layersElsewhere = session.Layers.Elsewhere();
        using var imagesHeld = session.Images.Own.Lock.Read();
        var imageSet = session.Images.Own.Current(imagesHeld);
        var imagesElsewhere = session.Images.Elsewhere();
        using var containersHeld = session.Containers.Lock.Read();
        return Examine(options, digests, layerSet, layersElsewhere, imageSet, imagesElsewhere, session.Containers.Current(containersHeld));
    }

    /// <summary>All findings, in the best order for a repair. The caller holds the locks of all records.</summary>
    internal List<Finding> Examine(
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
            Directories = _place.Directories,
            Driver = _place.Driver,
            Homes = [.. Options.AdditionalImageStores.Prepend(Options.GraphRoot).Select(root => Path.Combine(root, _place.Driver.Name))],
            Layers = layerSet,
            LayersElsewhere = layersElsewhere,
            Images = imageSet,
            ImagesElsewhere = imagesElsewhere,
            Containers = containerSet,
            Mounts = session.Mounts.Counts(),
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
            // A layer that was removed or replaced meanwhile no longer has the record that was read.
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

    private StoreOptions Options => _place.Options;

    /// <summary>Examines an additional store: reports what is missing, and ignores leftovers, which only its owner may remove.</summary>
    private IEnumerable<Finding> ExamineReadOnly(StoreContents own, string root)
    {
        var other = new StoreContents
        {
            Directories = new StoreDirectories(root, root, _place.Driver, transient: false),
            Driver = _place.Driver,
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

    private TreeExamination? OpenTree(StoredLayer layer)
    {
        var content = _place.Driver.ContentPaths(layer.Id)[0];
        if (_place.Driver.LinkInPlaceOf(layer.Id) is not null || Directory.Exists(content + "1"))
        {
            // The layer is in another store, or it has shifted owners and is spread over several directories.
            return null;
        }

        var isWhole = _place.Driver.KeepsWholeTrees && layer.Parent is not null;
        return new TreeExamination(
            DirectoryHandle.Open(content),
            isWhole ? DirectoryHandle.Open(_place.Driver.ContentPath(layer.Parent!)) : null,
            _place.Driver.Whiteouts,
            OwnersTold(layer));
    }
}
