using System.Collections.Concurrent;
using BuildSharp.Build.Contexts;
using BuildSharp.Build.Explaining;
using BuildSharp.Containers;
using BuildSharp.Containers.Fetching;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Oci;
using BuildSharp.Storage.Records;

namespace BuildSharp.Build;

/// <summary>State shared by the stages of one build. Disposing it removes the working containers and the intermediate images that have no
/// further use.</summary>
/// <remarks>All members may be called by the tasks of several stages. What they share is either immutable, or made once and then immutable
/// (<see cref="SharedResults{TKey,TResult}"/>), or one of the records of <see cref="BuildRemains"/> and of declared names, which have
/// locks. Everything else, as a working container, belongs to the task of one stage until that stage has ended.</remarks>
internal sealed class BuildSession : IDisposable
{
    private readonly TimeProvider _time;
    private readonly JobLimit _jobs;
    private readonly JobLimit.Slot[] _slots;
    private readonly SharedResults<int, StageOutcome> _stages;
    private readonly SharedResults<(string Name, Platform? Platform), BaseImage> _found;
    private readonly SharedResults<string, BuildContext> _contexts;
    private readonly SharedResults<int, string> _stageRoots;
    private readonly SharedResults<(string Id, string? Name), string> _imageRoots;
    private readonly ConcurrentDictionary<string, bool> _declared = [];

    /// <param name="store">Keeps containers and images.</param>
    /// <param name="images">Finds base images.</param>
    /// <param name="time">Clock for images without a fixed time.</param>
    /// <param name="fetcher">Downloads files and owns temporary directories.</param>
    /// <param name="request">The build.</param>
    /// <param name="plan">Its stages.</param>
    /// <param name="jobs">Limits how many stages are worked on at the same time.</param>
    /// <param name="progress">Receives events, from the tasks of all stages; null to report nothing.</param>
    public BuildSession(
        IBuildStore store, IBaseImages images, TimeProvider time, Fetcher fetcher, BuildRequest request, BuildPlan plan, JobLimit jobs, IProgress<BuildEvent>? progress)
    {
        (Store, _time, Fetcher, Request, Plan, _jobs, Progress) = (store, time, fetcher, request, plan, jobs, progress);
        Remains = new BuildRemains(store, request, progress);
        _slots = [.. plan.Graph.Stages.Select(_ => jobs.NewSlot())];
        _stages = new((index, cancellation) => jobs.IsSerial ? ExecuteAsync(index, cancellation) : Task.Run(() => ExecuteAsync(index, cancellation), cancellation));
        _found = new((wanted, cancellation) => images.FindAsync(wanted.Name, wanted.Platform, cancellation).AsTask());
        _contexts = new(OpenContextAsync);
        _stageRoots = new(async (index, cancellation) => (await _stages.GetAsync(index, cancellation).ConfigureAwait(false)).Container!.Mount());
        _imageRoots = new((image, _) => Task.FromResult(
            Remains.Create(new FromOptions { Base = RequireImage(image.Id), BaseName = image.Name, Settings = request.Settings }).Mount()));
        NoteDeclared(plan.Scope.Arguments.Select(argument => argument.Key));
    }

    public IBuildStore Store { get; }

    public BuildRequest Request { get; }

    public BuildPlan Plan { get; }

    /// <summary>The containers and images to remove at the end.</summary>
    public BuildRemains Remains { get; }

    /// <summary>Downloads files for the build and owns its temporary directories.</summary>
    public Fetcher Fetcher { get; }

    /// <summary>Time for history entries.</summary>
    public Timestamp Now => Request.FixedTime ?? Timestamp.From(_time.GetUtcNow());

    /// <summary>The step cache; null when every step is to be executed.</summary>
    public StepCache? Cache { get; init; }

    /// <summary>Images of steps outside the store; null when none can be used.</summary>
    public IRemoteCache? Remote { get; init; }

    /// <summary>What the build before remembered, and this one will; null without <c>--layers</c>.</summary>
    public BuildMemory? Memory { get; init; }

    /// <summary>Receives events, from the tasks of all stages; null to report nothing.</summary>
    public IProgress<BuildEvent>? Progress { get; }

    /// <summary>The remembered digests of files; null without <c>--layers</c>, where they have no use.</summary>
    public ContextDigests? Digests { get; init; }

    public void Report(BuildEvent happened) => Progress?.Report(happened);

    /// <summary>An image of this build or one that it found.</summary>
    /// <exception cref="BuildSharpException">It has been removed meanwhile.</exception>
    public StoredImage RequireImage(string id) => Store.FindImage(id)
        ?? throw new BuildSharpException($"image {id[..12]} is not there any more: somebody removed it; build again");

    /// <summary>Finds the image that FROM or <c>--from</c> names.</summary>
    public Task<BaseImage> FindImageAsync(string name, Platform? platform, CancellationToken cancellationToken) =>
        _found.GetAsync((name, platform), cancellationToken);

    /// <summary>Builds the stages that the plan needs, and returns the outcome of the last.</summary>
    public async Task<StageOutcome> BuildAsync(CancellationToken cancellationToken)
    {
        if (_jobs.IsSerial)
        {
            foreach (var index in Plan.Needed)
            {
                await StageAsync(index, cancellationToken).ConfigureAwait(false);
            }

            return await StageAsync(Plan.Graph.Stages.Count - 1, cancellationToken).ConfigureAwait(false);
        }

        var outcomes = await SideBySide.RunAsync(
            Plan.Needed.Select(index => new Func<CancellationToken, Task<StageOutcome>>(cancellation => StageAsync(index, cancellation))), cancellationToken).ConfigureAwait(false);
        return outcomes[^1];
    }

    /// <summary>Outcome of a stage. Builds it on the first call, because a trigger of a base image may name a stage that was not
    /// planned.</summary>
    public Task<StageOutcome> StageAsync(int index, CancellationToken cancellationToken) => _stages.GetAsync(index, cancellationToken);

    private async Task<StageOutcome> ExecuteAsync(int index, CancellationToken cancellationToken)
    {
        foreach (var needed in Plan.Graph.NeededToStart(index))
        {
            await StageAsync(needed, cancellationToken).ConfigureAwait(false);
        }

        using var slot = _slots[index];
        await slot.TakeAsync(cancellationToken).ConfigureAwait(false);
        var executor = new StageExecutor(this, Plan.Graph.Stages[index]);
        var isDone = false;
        try
        {
            var outcome = await executor.ExecuteAsync(cancellationToken).ConfigureAwait(false);
            isDone = true;
            return outcome;
        }
        finally
        {
            Report(new StageEnded(isDone) { Place = executor.Place });
        }
    }

    /// <summary>Files of a named context other than an image; fetched on the first call.</summary>
    public Task<BuildContext> ContextAsync(string name, CancellationToken cancellationToken) => _contexts.GetAsync(name, cancellationToken);

    private async Task<BuildContext> OpenContextAsync(string name, CancellationToken cancellationToken)
    {
        var intake = new ContextIntake(Fetcher);
        return Request.NamedContexts[name] switch
        {
            DirectoryContext directory => BuildContext.OfDirectory(directory.Path),
            ArchiveContext archive => (intake.TryUnpack(archive.Path, archive.Path, cancellationToken)
                ?? throw new BuildSharpException($"--build-context {name}: {archive.Path} is neither a directory nor a tar")).Open(),
            RemoteContext remote when await intake.FetchAsync(remote.Address, keepGitDirectory: false, cancellationToken).ConfigureAwait(false) is var fetched =>
                fetched.IsDockerfileAlone ? throw new BuildSharpException($"--build-context {name}: {remote.Address} is not a tar") : fetched.Open(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Root filesystem of a stage or image, or the files of a named context.</summary>
    /// <param name="name">Name or number of a stage, name of a context, or an image.</param>
    /// <param name="what">The instruction with its flag, for messages.</param>
    /// <param name="span">Place of the name.</param>
    /// <param name="stage">The stage of the instruction, which can name only earlier ones.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="UnknownSourceException">There is no such stage or image.</exception>
    public async ValueTask<FileSource> SourceAsync(string name, string what, SourceSpan span, PlannedStage stage, CancellationToken cancellationToken)
    {
        if (Request.NamedContexts.TryGetValue(name, out var context))
        {
            if (context is not ImageContext other)
            {
                return new FileSource(await ContextAsync(name, cancellationToken).ConfigureAwait(false));
            }

            name = other.Name;
        }
        if (Plan.Graph.FindSource(name, stage.Index) is { } source && context is null)
        {
            var outcome = await _slots[stage.Index].WaitAsync(StageAsync(source.Index, cancellationToken), cancellationToken).ConfigureAwait(false);
            var root = outcome.Container is null ? _imageRoots.GetAsync((outcome.ImageId!, null), cancellationToken) : _stageRoots.GetAsync(source.Index, cancellationToken);
            return new FileSource(new BuildContext(await root.ConfigureAwait(false)))
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
                $"{what}={name}: no stage or image found with that name ({error.Message})", span, Plan.Graph.Explain(name, stage.Index));
        }

        var files = await _imageRoots.GetAsync((image.Image.Id, image.Name), cancellationToken).ConfigureAwait(false);
        return new FileSource(new BuildContext(files)) { IsImage = true, Manifest = Store.ManifestDigest(image.Image.Id) };
    }

    /// <summary>Records the names that ARG instructions declare.</summary>
    public void NoteDeclared(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            _declared[name] = true;
        }
    }

    /// <summary>Given arguments that no ARG declares, without SOURCE_DATE_EPOCH and BuildKit's switches, which are also passed as build
    /// arguments.</summary>
    public IReadOnlyList<string> NotConsumed() =>
        [.. BuildScope.Unconsumed(Plan.Arguments, _declared.Keys).Where(name => name != BuildArguments.SourceDateEpoch && !name.StartsWith("BUILDKIT_", StringComparison.Ordinal))];

    /// <summary>Cleans up. All stages have ended.</summary>
    public void Dispose() => Remains.Dispose();
}
