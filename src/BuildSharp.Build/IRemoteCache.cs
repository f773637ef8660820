using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>Images of steps outside the store (<c>--cache-from</c>, <c>--cache-to</c>): in each place one image for each step, named by the
/// step's key. All members may be called by several tasks.</summary>
public interface IRemoteCache
{
    /// <summary>Whether there is a place to look for steps.</summary>
    bool HasSources { get; }

    /// <summary>Whether there is a place to keep steps in.</summary>
    bool HasDestinations { get; }

    /// <summary>Copies the image of a step into the store, without a name. A place that cannot be asked is a warning, not an error.</summary>
    /// <param name="key">64 hex digits.</param>
    /// <param name="isResult">Whether an image is the result of the step. It is asked before a layer is read.</param>
    /// <param name="cancellationToken">Stops the copy.</param>
    /// <returns>Null when no place has an image that is the result.</returns>
    ValueTask<CachedStep?> PullAsync(string key, Func<ImageManifest, ImageConfig, bool> isResult, CancellationToken cancellationToken);

    /// <summary>Copies the image of a step to the places that keep it, in the background. Returns at once.</summary>
    void Push(StepUpload upload);
}

/// <summary>The image of a step, to keep in a remote cache.</summary>
/// <param name="Key">The step's key.</param>
/// <param name="ImageId">ID of the image.</param>
public sealed record StepUpload(string Key, string ImageId)
{
    /// <summary>Whether the step was executed. A step that was found is kept only where there is none of its key.</summary>
    public bool IsNew { get; init; }

    /// <summary>Whether the final image contains the step, rather than files copied from it.</summary>
    public bool IsInResult { get; init; }

    /// <summary>The stage of the step.</summary>
    public StagePlace? Place { get; init; }

    /// <summary>Receives a <see cref="CachePushed"/> when a copy begins; null to report nothing.</summary>
    public IProgress<BuildEvent>? Progress { get; init; }
}
