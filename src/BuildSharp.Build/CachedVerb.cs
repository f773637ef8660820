using BuildSharp.Containers;
using BuildSharp.Containers.Committing;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;

namespace BuildSharp.Build;

/// <summary>A verb of a script that is skipped when its result is in the store (<c>run --cache</c>, <c>copy --cache</c>, <c>add --cache</c>):
/// a step as with <c>bud --layers</c>, found by the same tests (<see cref="StepCache"/>).</summary>
/// <remarks>After the verb the container is on the image of the step, found or made, and its own layer is empty. So the image and the config
/// tell all that the next such verb starts from. A container that was changed otherwise is refused.</remarks>
public sealed class CachedVerb
{
    private readonly WorkingContainer _container;
    private readonly IReadOnlyList<CachedStep> _fitting;

    private CachedVerb(WorkingContainer container, IReadOnlyList<CachedStep> fitting) => (_container, _fitting) = (container, fitting);

    /// <summary>Whether an image can be the result, so that it is worth reading the inputs to compare them.</summary>
    public bool HasCandidates => _fitting.Count > 0;

    /// <summary>Prepares the verb.</summary>
    /// <param name="store">The store of the container.</param>
    /// <param name="container">The container.</param>
    /// <param name="time">The clock.</param>
    /// <param name="debug">Receives a line for each decision; null to report nothing.</param>
    /// <param name="cancellation">Stops the comparison of files.</param>
    /// <exception cref="BuildSharpException">The container is mounted, or has changes that no cached verb made.</exception>
    public static CachedVerb Begin(Store store, WorkingContainer container, TimeProvider time, IProgress<string>? debug, CancellationToken cancellation)
    {
        if (container.IsMounted)
        {
            throw new BuildSharpException($"--cache: container \"{container.Name}\" is mounted, and its files may change meanwhile; umount it first");
        }

        if (container.HasChanges(cancellation))
        {
            throw new BuildSharpException(
                $"--cache: container \"{container.Name}\" has changes that were made without --cache, which nothing tells apart from others; make them with copy, add or run --cache, too, or leave --cache out here");
        }

        StoredImage? below = null;
        if (container.FromImageId is { } id)
        {
            below = store.Images.Find(id) ?? throw new BuildSharpException($"--cache: the image of container \"{container.Name}\" is not there any more");
        }

        var request = new BuildRequest { Dockerfiles = [], Context = new BuildContext("/"), Format = container.Format, Debug = debug };
        var fitting = new StepCache(store, request, Timestamp.From(time.GetUtcNow())).Fitting(below, container.Image, changesFiles: true);
        debug?.Report($"cache: on {below?.Id ?? "scratch"} {fitting.Count} images fit what the verb makes");
        return new CachedVerb(container, fitting);
    }

    /// <summary>Puts the container on the image that has the result.</summary>
    /// <param name="createdBy">History text of the verb, which tells all of its inputs.</param>
    /// <returns>ID of the image; null when there is none, and the container was not changed.</returns>
    public string? Reuse(string createdBy)
    {
        if (StepCache.Find(_fitting, createdBy) is not { } found)
        {
            return null;
        }

        _container.ContinueOn(found.Image);
        return found.Image.Id;
    }

    /// <summary>Makes an image of the container, in which the verb was done, and puts the container on it.</summary>
    /// <param name="createdBy">As for <see cref="Reuse"/>.</param>
    /// <param name="cancellation">Stops it while files are read.</param>
    public void Keep(string createdBy, CancellationToken cancellation) =>
        _container.CommitAndContinue(new CommitRequest { CreatedBy = createdBy }, cancellation);
}
