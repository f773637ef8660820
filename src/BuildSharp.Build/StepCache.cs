using BuildSharp.Containers.Committing;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;

namespace BuildSharp.Build;

/// <summary>Finds the result of a step among the images of the store. There is no other cache: images built by buildah are found too, and
/// removing an image removes it from the cache.</summary>
/// <remarks>buildah compares only the history. The history does not contain the value of every variable, so this compares the config
/// too.</remarks>
/// <param name="store">The store.</param>
/// <param name="request">The build.</param>
/// <param name="now">Time when the build started.</param>
internal sealed class StepCache(Store store, BuildRequest request, Timestamp now)
{
    private static readonly string[] IdentityLabels = [CommitRequest.IdentityLabelKey, "io.buildah.version"];

    private readonly StepFacts _facts = new(store, request.Debug);

    /// <summary>Whether images of steps can be told apart. Images on a base image without history have none either, so there is nothing to
    /// compare.</summary>
    /// <param name="below">Image that the step starts from; null for scratch.</param>
    /// <param name="expected">Config after the step, with the history before it.</param>
    public static bool IsTold(StoredImage? below, ImageConfig expected) => below is null || expected.History.Count > 0;

    /// <summary>Images that match the step in everything but the text of its history entry.</summary>
    /// <param name="below">Image that the step starts from; null for scratch.</param>
    /// <param name="expected">Config after the step, with the history and layers before it.</param>
    /// <param name="changesFiles">Whether the step creates a layer.</param>
    public IReadOnlyList<CachedStep> Fitting(StoredImage? below, ImageConfig expected, bool changesFiles)
    {
        if (!IsTold(below, expected))
        {
            return [];
        }

        var wanted = Comparable(expected);
        return
        [
            .. _facts.Select(Candidates(below?.TopLayer, changesFiles), StepFacts.HashOf(request.Format, expected.History))
                .Select(image => Read(image) is { } config && Fits(config, expected, wanted, changesFiles) ? new CachedStep(image, config) : null)
                .OfType<CachedStep>(),
        ];
    }

    /// <summary>The newest image whose history entry matches too; null when there is none.</summary>
    /// <param name="fitting">Result of <see cref="Fitting"/>.</param>
    /// <param name="createdBy">History text of the step.</param>
    public static CachedStep? Find(IReadOnlyList<CachedStep> fitting, string createdBy) =>
        fitting.Where(step => step.Config.History[^1].CreatedBy == createdBy).MaxBy(step => step.Config.Created);

    /// <summary>Whether an image from elsewhere is the result of a step, by the same tests as one of the store.</summary>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="config">Its config.</param>
    /// <param name="expected">As for <see cref="Fitting"/>.</param>
    /// <param name="changesFiles">As for <see cref="Fitting"/>.</param>
    /// <param name="createdBy">As for <see cref="Find"/>.</param>
    public bool IsResult(ImageManifest manifest, ImageConfig config, ImageConfig expected, bool changesFiles, string createdBy) =>
        manifest.MediaType == request.Format && Fits(config, expected, Comparable(expected), changesFiles) && config.History[^1].CreatedBy == createdBy;

    /// <summary>Whether an image has exactly these annotations. Always true for the Docker format, which has none.</summary>
    public bool IsAnnotated(CachedStep step, IReadOnlyDictionary<string, string> expected)
    {
        try
        {
            return IsAnnotated(ImageManifest.Parse(store.Images.ReadData(step.Image.Id, "manifest")), expected);
        }
        catch (BuildSharpException)
        {
            // Another process removed the image meanwhile.
            return false;
        }
    }

    /// <inheritdoc cref="IsAnnotated(CachedStep, IReadOnlyDictionary{string, string})"/>
    public bool IsAnnotated(ImageManifest manifest, IReadOnlyDictionary<string, string> expected)
    {
        if (MediaType.IsDocker(request.Format))
        {
            return true;
        }

        var found = CommitRequest.WithoutEmptyBase(manifest.Annotations);
        return found.Count == expected.Count && expected.All(annotation => found.GetValueOrDefault(annotation.Key) == annotation.Value);
    }

    // Compares layers first, because they need no file of an image.
    private IEnumerable<StoredImage> Candidates(string? layerBelow, bool changesFiles)
    {
        if (!changesFiles)
        {
            return store.Images.All().Where(image => image.TopLayer == layerBelow);
        }

        HashSet<string> above = [.. store.Layers.All().Where(layer => layer.Parent == layerBelow).Select(layer => layer.Id)];
        return store.Images.All().Where(image => image.TopLayer is { } layer && above.Contains(layer));
    }

    /// <returns>Null when the image has the other format or cannot be read.</returns>
    private ImageConfig? Read(StoredImage image)
    {
        try
        {
            var bytes = store.Images.ReadData(image.Id, "manifest");
            if (ManifestBlob.GuessMediaType(bytes) != request.Format)
            {
                return null;
            }

            return ImageConfig.Parse(store.Images.ReadData(image.Id, ImageManifest.Parse(bytes).Config.Digest.ToString()));
        }
        catch (BuildSharpException)
        {
            // The image was removed meanwhile or is damaged: ignore it, because the build can do without it.
            return null;
        }
    }

    private bool Fits(ImageConfig config, ImageConfig expected, byte[] wanted, bool changesFiles)
    {
        var count = expected.History.Count;
        return config.History.Count == count + 1
            && config.DiffIds.Count == expected.DiffIds.Count + (changesFiles ? 1 : 0)
            && config.History[^1] is var own
            && own.EmptyLayer == !changesFiles
            && IsOfRightTime(config.Created) && (request.FixedTime is null || own.Created == request.FixedTime)
            && (config.Os, config.Architecture, config.Variant ?? "", config.OsVersion ?? "") == (expected.Os, expected.Architecture, expected.Variant ?? "", expected.OsVersion ?? "")
            && config.OsFeatures.SequenceEqual(expected.OsFeatures)
            && config.History.Take(count).SequenceEqual(expected.History)
            && config.DiffIds.Take(expected.DiffIds.Count).SequenceEqual(expected.DiffIds)
            && (config.Author ?? "") == (expected.Author ?? "")
            && (!request.SaysWhoMadeIt || IdentityLabels.Any(config.Config.Labels.ContainsKey))
            && Comparable(config).SequenceEqual(wanted);
    }

    private bool IsOfRightTime(Timestamp? created) => request.FixedTime is { } time
        ? created == time
        : request.CacheTtl is not { } age || created >= Timestamp.From(now.ToDateTimeOffset() - age);

    /// <summary>The parts of a config that must be equal, serialised. The value of the identity label may differ, but not its
    /// presence.</summary>
    private byte[] Comparable(ImageConfig config) => request.SaysWhoMadeIt
        ? (config.Config with { Labels = config.Config.Labels.Where(label => !IdentityLabels.Contains(label.Key)).ToDictionary() }).ToOciJson()
        : config.Config.ToOciJson();
}
