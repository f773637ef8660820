using BuildSharp.Containers.Committing;
using BuildSharp.Oci;
using BuildSharp.Storage.Records;

namespace BuildSharp.Containers;

public sealed partial class WorkingContainer
{
    // Two blocks of zeros, which end a tar.
    private const int EmptyTarSize = 1024;

    /// <summary>Whether some process has the container mounted.</summary>
    public bool IsMounted => _store.Containers.IsMounted(Id);

    /// <summary>Whether files differ from those of the base image, or history entries wait for the next commit.</summary>
    /// <param name="cancellation">Stops the comparison.</param>
    public bool HasChanges(CancellationToken cancellation = default) =>
        PrependedEmptyLayers.Count + AppendedEmptyLayers.Count > 0
        || _store.Commits.MeasureLayer(Id, ChangeOptions(new CommitRequest(), cancellation)).Size > EmptyTarSize;

    /// <summary>Removes this container, and gives its name, config and settings to a new one on another image.</summary>
    /// <param name="image">The image, in the store.</param>
    /// <exception cref="BuildSharpException">The image was removed, or a command runs in this container. This one stays then.</exception>
    public WorkingContainer ContinueOn(StoredImage image)
    {
        var next = CreateNextOn(image, name: null);
        try
        {
            Remove();
        }
        catch
        {
            next.Remove();
            throw;
        }

        next.Rename(Name);
        return next;
    }

    /// <summary>Creates an image from the container, whose layer becomes the image's without a copy, and continues on that as in
    /// <see cref="ContinueOn"/>.</summary>
    /// <param name="request">Properties of the image.</param>
    /// <param name="cancellation">Stops the commit.</param>
    /// <returns>ID of the image.</returns>
    /// <exception cref="BuildSharpException">As in <see cref="Commit"/>.</exception>
    public string CommitAndContinue(CommitRequest request, CancellationToken cancellation = default)
    {
        var image = Commit(request with { RemoveContainer = true }, cancellation).Image;
        CreateNextOn(image, Name);
        return image.Id;
    }

    // An image in OCI format does not hold all of the config, and its annotations would name the wrong base.
    private WorkingContainer CreateNextOn(StoredImage image, string? name)
    {
        var next = Create(_store, new FromOptions { Base = image, Name = name, NamedAfter = Name, Format = Format, Settings = Settings }, _time);
        next.Image = next.Image with { Config = Image.Config, Author = Image.Author };
        next.ReplaceAnnotations(Annotations);
        (next.CreatedBy, next.HistoryComment) = (CreatedBy, HistoryComment);
        next.Save();
        return next;
    }
}
