using BuildSharp.Build.Contexts;
using BuildSharp.Containers;
using BuildSharp.Containers.Fetching;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Build;

/// <summary>What the stages of one build share, and what has to go when it ends. Disposing removes every working container and every
/// image that only served on the way.</summary>
internal sealed class BuildSession(
    Store store, IBaseImages images, TimeProvider time, Fetcher fetcher, BuildRequest request, BuildPlan plan, IProgress<BuildEvent>? progress) : IDisposable
{
    private readonly Dictionary<int, StageOutcome> _outcomes = [];
    private readonly Dictionary<string, string> _imageRoots = [];
    private readonly Dictionary<string, BuildContext> _contexts = [];
    private readonly List<WorkingContainer> _containers = [];
    private readonly List<string> _imagesOnTheWay = [];
    private readonly HashSet<string> _declared = [.. plan.Scope.Arguments.Select(argument => argument.Key)];
    private bool _succeeded;
    private WorkingContainer? _failed;

    public Store Store => store;

    public BuildRequest Request => request;

    public BuildPlan Plan => plan;

    /// <summary>The time of history entries.</summary>
    public Timestamp Now => request.FixedTime ?? Timestamp.From(time.GetUtcNow());

    /// <summary>Finds steps that have been done before; null when every step is to be done.</summary>
    public StepCache? Cache { get; } = request.UsesCache ? new StepCache(store, request, Timestamp.From(time.GetUtcNow())) : null;

    public void Report(BuildEvent happened) => progress?.Report(happened);

    /// <summary>The image that a FROM or a <c>--from</c> names.</summary>
    public ValueTask<BaseImage> FindImageAsync(string name, Platform? platform, CancellationToken cancellationToken) =>
        images.FindAsync(name, platform, cancellationToken);

    /// <summary>A stage, built now if it has not been: a base's trigger may name one that nothing else needs.</summary>
    public async ValueTask<StageOutcome> StageAsync(int index, CancellationToken cancellationToken)
    {
        if (_outcomes.TryGetValue(index, out var outcome))
        {
            return outcome;
        }

        outcome = await new StageExecutor(this, plan.Graph.Stages[index]).ExecuteAsync(cancellationToken).ConfigureAwait(false);
        _outcomes.Add(index, outcome);
        return outcome;
    }

    /// <summary>Keeps what the build fetches, and whatever else it needs for a while.</summary>
    public Fetcher Fetcher => fetcher;

    /// <summary>The files of a context that has a name and is no image, fetched now if they have not been.</summary>
    public async ValueTask<BuildContext> ContextAsync(string name, CancellationToken cancellationToken)
    {
        if (_contexts.TryGetValue(name, out var known))
        {
            return known;
        }

        var intake = new ContextIntake(fetcher);
        var context = request.NamedContexts[name] switch
        {
            DirectoryContext directory => BuildContext.OfDirectory(directory.Path),
            ArchiveContext archive => (intake.TryUnpack(archive.Path, archive.Path, cancellationToken)
                ?? throw new BuildSharpException($"--build-context {name}: {archive.Path} is neither a directory nor a tar")).Open(),
            RemoteContext remote when await intake.FetchAsync(remote.Address, keepGitDirectory: false, cancellationToken).ConfigureAwait(false) is var fetched =>
                fetched.IsDockerfileAlone ? throw new BuildSharpException($"--build-context {name}: {remote.Address} is not a tar") : fetched.Open(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        _contexts.Add(name, context);
        return context;
    }

    /// <summary>Where the root filesystem of a stage or an image lies.</summary>
    /// <param name="copy">An instruction whose <c>--from</c>, expanded, is a stage's name or number, or an image.</param>
    /// <param name="stage">The stage that asks; it sees only those before it.</param>
    /// <exception cref="UnknownSourceException">There is neither.</exception>
    public async ValueTask<BuildContext> RootOfAsync(CopyInstruction copy, PlannedStage stage, CancellationToken cancellationToken)
    {
        var name = copy.From!;
        if (request.NamedContexts.TryGetValue(name, out var context))
        {
            if (context is not ImageContext other)
            {
                return await ContextAsync(name, cancellationToken).ConfigureAwait(false);
            }

            name = other.Name;
        }
        if (plan.Graph.FindSource(name, stage.Index) is { } source && context is null)
        {
            var outcome = await StageAsync(source.Index, cancellationToken).ConfigureAwait(false);
            return new BuildContext(outcome.Container is { } container ? container.Mount() : RootOf(Store.FindImage(outcome.ImageId!)!, name: null));
        }

        BaseImage image;
        try
        {
            image = await FindImageAsync(name, stage.Platform, cancellationToken).ConfigureAwait(false);
        }
        catch (BuildSharpException error)
        {
            throw new UnknownSourceException(
                $"COPY --from={name}: no stage or image found with that name ({error.Message})", copy.FromSpan ?? copy.Span,
                plan.Graph.Explain(name, stage.Index));
        }
        return new BuildContext(RootOf(image.Image, image.Name));
    }

    /// <summary>A working container that goes when the build ends, if it is not let go before.</summary>
    public WorkingContainer Create(FromOptions options)
    {
        var container = WorkingContainer.Create(store, options, time);
        _containers.Add(container);
        return container;
    }

    /// <summary>Says that a commit took the container over.</summary>
    public void LetGo(WorkingContainer container) => _containers.Remove(container);

    /// <summary>Removes a container that this build does not need any more, or leaves it to the user who asked for it.</summary>
    public void Remove(WorkingContainer container)
    {
        if (!_containers.Remove(container))
        {
            return;
        }

        if (request.KeepContainers)
        {
            Unmount(container);
        }
        else
        {
            container.Remove();
        }
    }

    /// <summary>Notes an image that has no name and no use once the build has ended.</summary>
    /// <param name="id">The image.</param>
    /// <param name="isStep">Whether it is the image of a step and not of a stage.</param>
    public void NoteOnTheWay(string id, bool isStep)
    {
        if (!isStep || request.Layers)
        {
            _imagesOnTheWay.Add(id);
        }
    }

    /// <summary>Notes arguments that an ARG asked for.</summary>
    public void NoteDeclared(IEnumerable<string> names) => _declared.UnionWith(names);

    /// <summary>Given arguments that no ARG asked for. BuildKit's switches come the same way, and asking for them is not ours to do.</summary>
    public IReadOnlyList<string> NotConsumed() =>
        [.. BuildScope.Unconsumed(plan.Arguments, _declared).Where(name => name != BuildArguments.SourceDateEpoch && !name.StartsWith("BUILDKIT_", StringComparison.Ordinal))];

    /// <summary>Says that the build ended well; what is to stay, stays.</summary>
    public void Succeed(string imageId)
    {
        _succeeded = true;
        _imagesOnTheWay.RemoveAll(id => id == imageId);
    }

    /// <summary>Notes in which container a step failed; the first to be noted counts.</summary>
    public void NoteFailure(WorkingContainer container)
    {
        if (request.KeepsFailedContainer)
        {
            _failed ??= container;
        }
    }

    public void Dispose()
    {
        if (_failed is not null && _containers.Remove(_failed))
        {
            Attempt(() => Keep(_failed));
        }

        foreach (var container in Enumerable.Reverse(_containers).ToList())
        {
            Attempt(() => Remove(container));
        }
        // Images below containers that stay have to stay, too; those of steps are what the next build begins with, all the more after a failure.
        if (request.KeepContainers || _failed is not null || request.Layers || (_succeeded && request.SaveStages))
        {
            return;
        }
        // Newest first: an image cannot go while another stands on it.
        foreach (var id in Enumerable.Reverse(_imagesOnTheWay).Distinct())
        {
            Attempt(() => store.RemoveUnnamedImage(id));
        }
    }

    private void Keep(WorkingContainer container)
    {
        Unmount(container);
        container.Save();
        Report(new BuildWarning($"working container {container.Name} stays as the failed step left it: look into it with run or mount, remove it with rm; --force-rm removes it at once"));
    }

    // Nobody but this build has mounted it, as often as it copied from it.
    private static void Unmount(WorkingContainer container)
    {
        while (container.Unmount())
        {
        }
    }

    private string RootOf(StoredImage image, string? name)
    {
        if (_imageRoots.TryGetValue(image.Id, out var root))
        {
            return root;
        }

        root = Create(new FromOptions { Base = image, BaseName = name, Settings = request.Settings }).Mount();
        _imageRoots.Add(image.Id, root);
        return root;
    }

    /// <summary>Cleaning up after a failure must not hide it, nor stop at the first thing that will not go.</summary>
    private void Attempt(Action remove)
    {
        try
        {
            remove();
        }
        catch (BuildSharpException error)
        {
            Report(new BuildWarning(error.Message));
        }
    }
}
