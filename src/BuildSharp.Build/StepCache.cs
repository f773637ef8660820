using BuildSharp.Containers.Committing;
using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Build;

/// <summary>Finds, among the images of the store, the one that a step would make (dockerfile.md §12). The images are the whole cache: what
/// other tools built counts too, and whoever removes an image has removed it here.</summary>
/// <remarks>Buildah asks for equal history alone. A variable's value is not always in that, so the config has to be equal as well.</remarks>
/// <param name="store">Where the images are.</param>
/// <param name="request">The build.</param>
/// <param name="now">The time at which it began.</param>
internal sealed class StepCache(Store store, BuildRequest request, Timestamp now)
{
    private static readonly string[] IdentityLabels = [CommitRequest.IdentityLabelKey, "io.buildah.version"];

    /// <summary>The newest image that is what the step would make; null when there is none.</summary>
    /// <param name="below">The image that the step starts from; null for scratch.</param>
    /// <param name="expected">The config after the step, with the history and the layers before it.</param>
    /// <param name="createdBy">What the step's history entry would say.</param>
    /// <param name="changesFiles">Whether the step makes a layer.</param>
    public CachedStep? Find(StoredImage? below, ImageConfig expected, string createdBy, bool changesFiles)
    {
        // A base whose history begins halfway has steps without any.
        if (below is not null && expected.History.Count == 0) return null;
        return Candidates(below?.TopLayer, changesFiles)
            .Select(image => Config(image) is { } config && IsMadeBy(config, expected, createdBy, changesFiles) ? new CachedStep(image, config) : null)
            .Where(step => step is not null)
            .MaxBy(step => step!.Config.Created);
    }

    // Cheap first: the configs are read only of images whose layers fit.
    private IEnumerable<StoredImage> Candidates(string? layerBelow, bool changesFiles)
    {
        if (!changesFiles) return store.Images().Where(image => image.TopLayer == layerBelow);
        HashSet<string> above = [.. store.Layers().Where(layer => layer.Parent == layerBelow).Select(layer => layer.Id)];
        return store.Images().Where(image => image.TopLayer is { } layer && above.Contains(layer));
    }

    private ImageConfig? Config(StoredImage image)
    {
        try
        {
            byte[] bytes = store.ReadImageData(image.Id, "manifest");
            if (ManifestBlob.GuessMediaType(bytes) != request.Format) return null;
            return ImageConfig.Parse(store.ReadImageData(image.Id, ImageManifest.Parse(bytes).Config.Digest.ToString()));
        }
        catch (BuildSharpException)
        {
            // Removed since the list was read, or broken: no cache, and no reason for the build to fail.
            return null;
        }
    }

    private bool IsMadeBy(ImageConfig config, ImageConfig expected, string createdBy, bool changesFiles)
    {
        int count = expected.History.Count;
        return config.History.Count == count + 1
            && config.DiffIds.Count == expected.DiffIds.Count + (changesFiles ? 1 : 0)
            && config.History[count] is var own
            // Newer versions of buildah end a COPY with more blanks.
            && own.CreatedBy?.TrimEnd(' ') == createdBy.TrimEnd(' ')
            && own.EmptyLayer == !changesFiles
            && IsOfRightTime(config.Created) && (request.FixedTime is null || own.Created == request.FixedTime)
            && (config.Os, config.Architecture, config.Variant ?? "") == (expected.Os, expected.Architecture, expected.Variant ?? "")
            && config.History.Take(count).SequenceEqual(expected.History)
            && config.DiffIds.Take(expected.DiffIds.Count).SequenceEqual(expected.DiffIds)
            && (config.Author ?? "") == (expected.Author ?? "")
            && (!SaysWhoMadeIt || IdentityLabels.Any(config.Config.Labels.ContainsKey))
            && Comparable(config).SequenceEqual(Comparable(expected));
    }

    private bool IsOfRightTime(Timestamp? created) => request.FixedTime is { } time
        ? created == time
        : request.CacheTtl is not { } age || created >= Timestamp.From(now.ToDateTimeOffset() - age);

    /// <summary>What has to be equal of a config, as bytes: who made the image is no difference, whether it says so is.</summary>
    private byte[] Comparable(ImageConfig config) => SaysWhoMadeIt
        ? (config.Config with { Labels = config.Config.Labels.Where(label => !IdentityLabels.Contains(label.Key)).ToDictionary() }).ToOciJson()
        : config.Config.ToOciJson();

    private bool SaysWhoMadeIt => request.IdentityLabel && request.FixedTime is null;
}

/// <summary>An image that is what a step would make.</summary>
/// <param name="Image">The image.</param>
/// <param name="Config">Its config.</param>
internal sealed record CachedStep(StoredImage Image, ImageConfig Config);
