using BuildSharp.Containers.Committing;
using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Build;

/// <summary>Finds, among the images of the store, the one that a step would make. The images are the whole cache: what
/// other tools built counts too, and whoever removes an image has removed it here.</summary>
/// <remarks>Buildah asks for equal history alone. A variable's value is not always in that, so the config has to be equal as well.</remarks>
/// <param name="store">Where the images are.</param>
/// <param name="request">The build.</param>
/// <param name="now">The time at which it began.</param>
internal sealed class StepCache(Store store, BuildRequest request, Timestamp now)
{
    private static readonly string[] IdentityLabels = [CommitRequest.IdentityLabelKey, "io.buildah.version"];

    // Entries in the history of each image that was read. Steps without files leave images with the same layers, of which one number tells
    // all but a few apart: without it each step would read the configs of all. The configs themselves, each with all entries, would fill memory.
    private readonly Dictionary<string, int> _historyLengths = [];

    /// <summary>The images that a step may have made, going by everything but what its history entry says.</summary>
    /// <param name="below">The image that the step starts from; null for scratch.</param>
    /// <param name="expected">The config after the step, with the history and the layers before it.</param>
    /// <param name="changesFiles">Whether the step makes a layer.</param>
    public IReadOnlyList<CachedStep> Fitting(StoredImage? below, ImageConfig expected, bool changesFiles)
    {
        // A base whose history begins halfway has steps without any.
        if (below is not null && expected.History.Count == 0)
        {
            return [];
        }

        var wanted = Comparable(expected);
        return
        [
            .. Candidates(below?.TopLayer, changesFiles)
                .Select(image => Config(image, expected.History.Count + 1) is { } config && Fits(config, expected, wanted, changesFiles) ? new CachedStep(image, config) : null)
                .OfType<CachedStep>(),
        ];
    }

    /// <summary>The newest of those that the step did make; null when there is none.</summary>
    /// <param name="fitting">What <see cref="Fitting"/> gave.</param>
    /// <param name="createdBy">What the step's history entry would say.</param>
    public static CachedStep? Find(IReadOnlyList<CachedStep> fitting, string createdBy) =>
        fitting.Where(step => step.Config.History[^1].CreatedBy == createdBy).MaxBy(step => step.Config.Created);

    /// <summary>Whether the image of a step has these annotations and no others. The Docker format has none.</summary>
    public bool IsAnnotated(CachedStep step, IReadOnlyDictionary<string, string> expected)
    {
        if (MediaType.IsDocker(request.Format))
        {
            return true;
        }

        try
        {
            var found =
                CommitRequest.WithoutEmptyBase(ImageManifest.Parse(store.ReadImageData(step.Image.Id, "manifest")).Annotations);
            return found.Count == expected.Count && expected.All(annotation => found.GetValueOrDefault(annotation.Key) == annotation.Value);
        }
        catch (BuildSharpException)
        {
            // Removed since its config was read.
            return false;
        }
    }

    // Cheap first: the configs are read only of images whose layers fit.
    private IEnumerable<StoredImage> Candidates(string? layerBelow, bool changesFiles)
    {
        if (!changesFiles)
        {
            return store.Images().Where(image => image.TopLayer == layerBelow);
        }

        HashSet<string> above = [.. store.Layers().Where(layer => layer.Parent == layerBelow).Select(layer => layer.Id)];
        return store.Images().Where(image => image.TopLayer is { } layer && above.Contains(layer));
    }

    /// <returns>Null for an image of another length of history.</returns>
    private ImageConfig? Config(StoredImage image, int historyLength)
    {
        if (_historyLengths.TryGetValue(image.Id, out var known) && known != historyLength)
        {
            return null;
        }

        var config = Read(image);
        _historyLengths[image.Id] = config?.History.Count ?? 0;
        return config?.History.Count == historyLength ? config : null;
    }

    /// <returns>Null for an image of the other format, and for one that cannot be read.</returns>
    private ImageConfig? Read(StoredImage image)
    {
        try
        {
            var bytes = store.ReadImageData(image.Id, "manifest");
            if (ManifestBlob.GuessMediaType(bytes) != request.Format)
            {
                return null;
            }

            return ImageConfig.Parse(store.ReadImageData(image.Id, ImageManifest.Parse(bytes).Config.Digest.ToString()));
        }
        catch (BuildSharpException)
        {
            // Removed since the list was read, or broken: no cache, and no reason for the build to fail.
            return null;
        }
    }

    private bool Fits(ImageConfig config, ImageConfig expected, byte[] wanted, bool changesFiles)
    {
        var count = expected.History.Count;
        return config.DiffIds.Count == expected.DiffIds.Count + (changesFiles ? 1 : 0)
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

    /// <summary>What has to be equal of a config, as bytes: who made the image is no difference, whether it says so is.</summary>
    private byte[] Comparable(ImageConfig config) => request.SaysWhoMadeIt
        ? (config.Config with { Labels = config.Config.Labels.Where(label => !IdentityLabels.Contains(label.Key)).ToDictionary() }).ToOciJson()
        : config.Config.ToOciJson();
}

/// <summary>An image that is what a step would make.</summary>
/// <param name="Image">The image.</param>
/// <param name="Config">Its config.</param>
internal sealed record CachedStep(StoredImage Image, ImageConfig Config);
