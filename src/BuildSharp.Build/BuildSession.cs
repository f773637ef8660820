using BuildSharp.Build.Contexts;
using BuildSharp.Containers;
using BuildSharp.Containers.Fetching;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Oci;
using BuildSharp.Storage.Records;

namespace BuildSharp.Build;

/// <summary>State shared by the stages of one build. Disposing it removes the working containers and the intermediate images that have no
/// further use.</summary>
internal sealed class BuildSession(
    IBuildStore store, IBaseImages images, TimeProvider time, Fetcher fetcher, BuildRequest request, BuildPlan plan, IProgress<BuildEvent>? progress) : IDisposable
{
    private readonly Dictionary<int, StageOutcome> _outcomes = [];
    private readonly Dictionary<string, string> _imageRoots = [];
    private readonly Dictionary<string, BuildContext> _contexts = [];
    private readonly List<IStageContainer> _containers = [];
    private readonly List<string> _imagesOnTheWay = [];
    private readonly HashSet<string> _declared = [.. plan.Scope.Arguments.Select(argument => argument.Key)];
    private bool _succeeded;
    private IStageContainer? _failed;

    public IBuildStore Store => store;

    public BuildRequest Request => request;

    public BuildPlan Plan => plan;

    /// <summary>Time for history entries.</summary>
    public Timestamp Now => request.FixedTime ?? Timestamp.From(time.GetUtcNow());

    /// <summary>The step cache; null when every step is to be executed.</summary>
    public StepCache? Cache { get; init; }

    public void Report(BuildEvent happened) => progress?.Report(happened);

    /// <summary>Finds the image that FROM or <c>--from</c> names.</summary>
    public ValueTask<BaseImage> FindImageAsync(string name, Platform? platform, CancellationToken cancellationToken) =>
        images.FindAsync(name, platform, cancellationToken);

    /// <summary>Outcome of a stage. Builds it on the first call, because a trigger of a base image may name a stage that was not
    /// planned.</summary>
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

    /// <summary>Downloads files for the build and owns its temporary directories.</summary>
    public Fetcher Fetcher => fetcher;

    /// <summary>Files of a named context other than an image; fetched on the first call.</summary>
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

    /// <summary>Root filesystem of a stage or image, or the files of a named context.</summary>
    /// <param name="name">Name or number of a stage, name of a context, or an image.</param>
    /// <param name="what">The instruction with its flag, for messages.</param>
    /// <param name="span">Place of the name.</param>
    /// <param name="stage">The stage of the instruction, which can name only earlier ones.</param>
    /// <exception cref="UnknownSourceException">There is no such stage or image.</exception>
    public async ValueTask<FileSource> SourceAsync(string name, string what, SourceSpan span, PlannedStage stage, CancellationToken cancellationToken)
    {
        if (request.NamedContexts.TryGetValue(name, out var context))
        {
            if (context is not ImageContext other)
            {
                return new FileSource(await ContextAsync(name, cancellationToken).ConfigureAwait(false));
            }

            name = other.Name;
        }
        if (plan.Graph.FindSource(name, stage.Index) is { } source && context is null)
        {
            var outcome = await StageAsync(source.Index, cancellationToken).ConfigureAwait(false);
            return new FileSource(new BuildContext(outcome.Container is { } container ? container.Mount() : RootOf(store.FindImage(outcome.ImageId!)!, name: null)))
            {
                Manifest = outcome.ManifestDigest,
                IsNew = outcome.IsNew,
            };
        }

        BaseImage image;
        try
        {
            image = await FindImageAsync(name, stage.Platform, cancellationToken).ConfigureAwait(false);
        }
        catch (BuildSharpException error)
        {
            throw new UnknownSourceException(
                $"{what}={name}: no stage or image found with that name ({error.Message})", span, plan.Graph.Explain(name, stage.Index));
        }

        return new FileSource(new BuildContext(RootOf(image.Image, image.Name))) { IsImage = true, Manifest = store.ManifestDigest(image.Image.Id) };
    }

    /// <summary>Creates a working container that is removed at the end of the build, unless <see cref="LetGo"/> is called.</summary>
    public IStageContainer Create(FromOptions options)
    {
        var container = store.Create(options);
        _containers.Add(container);
        return container;
    }

    /// <summary>Forgets a container that a commit has consumed.</summary>
    public void LetGo(IStageContainer container) => _containers.Remove(container);

    /// <summary>Removes a container that the build no longer needs, or unmounts it when the user asked to keep containers.</summary>
    public void Remove(IStageContainer container)
    {
        if (!_containers.Remove(container))
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
        if (!isStep || request.Layers)
        {
            _imagesOnTheWay.Add(id);
        }
    }

    /// <summary>Records the names that ARG instructions declare.</summary>
    public void NoteDeclared(IEnumerable<string> names) => _declared.UnionWith(names);

    /// <summary>Given arguments that no ARG declares, without SOURCE_DATE_EPOCH and BuildKit's switches, which are also passed as build
    /// arguments.</summary>
    public IReadOnlyList<string> NotConsumed() =>
        [.. BuildScope.Unconsumed(plan.Arguments, _declared).Where(name => name != BuildArguments.SourceDateEpoch && !name.StartsWith("BUILDKIT_", StringComparison.Ordinal))];

    /// <summary>Records that the build succeeded, and keeps its image.</summary>
    public void Succeed(string imageId)
    {
        _succeeded = true;
        _imagesOnTheWay.RemoveAll(id => id == imageId);
    }

    /// <summary>Records the container of a failed step, to keep it; the first one recorded wins.</summary>
    public void NoteFailure(IStageContainer container)
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
        // Images below kept containers must stay. Images of steps are the cache of the next build, also after a failure.
        if (request.KeepContainers || _failed is not null || request.Layers || (_succeeded && request.SaveStages))
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
        Report(new BuildWarning($"working container {container.Name} stays as the failed step left it: look into it with run or mount, remove it with rm; --force-rm removes it at once"));
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

    /// <summary>A failing clean-up must neither hide the build's own failure nor stop the rest of the clean-up.</summary>
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
