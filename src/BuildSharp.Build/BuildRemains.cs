using BuildSharp.Containers;
using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>What a build would leave in the store: working containers and unnamed images. Disposing removes those that have no further use.
/// All stages record theirs here, so every member may be called by several tasks.</summary>
/// <param name="store">The store.</param>
/// <param name="request">The build; its flags decide what stays.</param>
/// <param name="progress">Receives what could not be removed; null to report nothing.</param>
internal sealed class BuildRemains(IBuildStore store, BuildRequest request, IProgress<BuildEvent>? progress) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<IStageContainer> _containers = [];
    private readonly List<string> _imagesOnTheWay = [];
    private bool _succeeded;
    private IStageContainer? _failed;

    /// <summary>Creates a working container that is removed at the end of the build, unless <see cref="LetGo"/> is called.</summary>
    public IStageContainer Create(FromOptions options)
    {
        var container = store.Create(options);
        lock (_lock)
        {
            _containers.Add(container);
        }

        return container;
    }

    /// <summary>Forgets a container that a commit has consumed.</summary>
    /// <returns>Whether it was recorded.</returns>
    public bool LetGo(IStageContainer container)
    {
        lock (_lock)
        {
            return _containers.Remove(container);
        }
    }

    /// <summary>Removes a container that the build no longer needs, or unmounts it when the user asked to keep containers.</summary>
    public void Remove(IStageContainer container)
    {
        if (!LetGo(container))
        {
            return;
        }

        if (request.KeepContainers)
        {
            container.Unmount();
        }
        else
        {
            container.Remove();
        }
    }

    /// <summary>Records an unnamed image to remove at the end of the build.</summary>
    /// <param name="id">Image ID.</param>
    /// <param name="isStep">Whether it is the image of a step rather than of a stage.</param>
    public void NoteOnTheWay(string id, bool isStep)
    {
        if (isStep && !request.Layers)
        {
            return;
        }

        lock (_lock)
        {
            _imagesOnTheWay.Add(id);
        }
    }

    /// <summary>Records that the build succeeded, and keeps its image.</summary>
    public void Succeed(string imageId)
    {
        lock (_lock)
        {
            _succeeded = true;
            _imagesOnTheWay.RemoveAll(id => id == imageId);
        }
    }

    /// <summary>The container of the failed step; null when none failed.</summary>
    public IStageContainer? Failed => _failed;

    /// <summary>Records the container of a failed step, to keep it; the first one recorded wins.</summary>
    public void NoteFailure(IStageContainer container) => Interlocked.CompareExchange(ref _failed, container, null);

    /// <summary>Cleans up. All stages have ended.</summary>
    public void Dispose()
    {
        var kept = request.KeepsFailedContainer ? _failed : null;
        if (kept is not null && LetGo(kept))
        {
            Attempt(() => Keep(kept));
        }

        foreach (var container in Enumerable.Reverse(_containers).ToList())
        {
            Attempt(() => Remove(container));
        }
        // Images below kept containers must stay. Images of steps are the cache of the next build, also after a failure.
        if (request.KeepContainers || kept is not null || request.Layers || (_succeeded && request.SaveStages))
        {
            return;
        }
        // Newest first, because an image with a child cannot be removed.
        foreach (var id in Enumerable.Reverse(_imagesOnTheWay).Distinct())
        {
            Attempt(() => store.RemoveUnnamed(id));
        }
    }

    private void Keep(IStageContainer container)
    {
        container.Unmount();
        container.KeepFailed(request.Identity);
        progress?.Report(new BuildWarning(
            $"working container {container.Name} stays as the failed step left it: look into it with run (\"run -t {container.Name} sh\") or mount, remove it with rm; --force-rm removes it at once"));
    }

    /// <summary>A failing clean-up must neither hide the build's own failure nor stop the rest of the clean-up.</summary>
    private void Attempt(Action remove)
    {
        try
        {
            remove();
        }
        catch (BuildSharpException error)
        {
            progress?.Report(new BuildWarning(error.Message));
        }
    }
}
