using BuildSharp.Build.Explaining;
using BuildSharp.Build.Instructions;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Storage.Records;

namespace BuildSharp.Build;

internal sealed partial class StageExecutor
{
    // Image of the last step, found or made, which the next step starts from; null for scratch.
    private StoredImage? _below;
    private bool _looksUp;
    // Whether the container is based on an older image than _below. It is created again when a step must be executed.
    private bool _isBehind;

    private async ValueTask<CachedStep?> FindCachedAsync(Instruction written, Instruction instruction, bool isLast, CancellationToken cancellationToken)
    {
        var isResult = isLast && IsLastStage;
        var commit = CommitOf(isResult);
        var fitting = session.Cache!.Fitting(_below, commit.Change!(_container.Image), ChangesFiles(instruction));
        // Annotations of an intermediate image are not inherited by later images, so only the final image must match.
        if (isResult)
        {
            fitting = [.. fitting.Where(step => session.Cache.IsAnnotated(step, commit.Annotate(InheritedAnnotations, step.Config.Created)))];
        }

        var remote = RemoteFor(written, isLast);
        var isAsked = fitting.Count > 0 || remote is { HasSources: true };
        var content = "";
        if (isAsked && instruction is AddOrCopyInstruction addOrCopy)
        {
            if (IsPlacedByArgument(written, addOrCopy))
            {
                DoNotUse(DifferenceKind.NotTold);
                session.Request.Debug?.Report($"cache: not used, an argument is part of where {instruction.Name} puts things");
                return null;
            }

            // A step that is not found hashes its sources again while copying them, so that the history describes the copied content.
            content = await AddOrCopyAsync(addOrCopy, isDry: true, cancellationToken).ConfigureAwait(false);
        }

        if (isAsked && instruction is RunInstruction run)
        {
            _mounts = new StepMounts(session, stage, run, _explainer?.Files);
            if (await _mounts.ShowNewStageAsync(cancellationToken).ConfigureAwait(false))
            {
                DoNotUse(DifferenceKind.NewStage);
                session.Request.Debug?.Report("cache: not used, a mount shows a stage that was built just now");
                return null;
            }

            content = await _mounts.ContentAsync(cancellationToken).ConfigureAwait(false);
        }

        var createdBy = isAsked ? HistoryText.Of(written, content, _scope, session.Request, isResult) : "";
        var found = StepCache.Find(fitting, createdBy);
        session.Request.Debug?.Report(
            $"cache: on {_below?.Id ?? "scratch"} {fitting.Count} images fit what {instruction.Name} makes, "
            + (found is null ? "none has its history" : $"{found.Image.Id} has its history"));
        if (remote is null || !isAsked)
        {
            return found;
        }

        var key = KeyOf(instruction, createdBy);
        found ??= await PullAsync(remote, key, instruction, commit, createdBy, isResult, cancellationToken).ConfigureAwait(false);
        if (found is not null)
        {
            Keep(remote, key, found.Image.Id, isNew: false);
        }

        return found;
    }

    private void DoNotUse(DifferenceKind why, string reason = "")
    {
        if (_explainer is not null)
        {
            _explainer.NotUsed = new Difference(why, reason);
        }
    }

    /// <summary>Whether steps of the stage are looked for; else notes why not.</summary>
    private bool LooksUp()
    {
        var reason = session.Request.NoCache ? "the cache is turned off"
            : session.Request.OmitHistory ? "--omit-history leaves nothing to compare"
            : session.Plan.Uncached.Contains(stage.Index) ? "--no-cache-filter names the stage"
            : stage.Base is ContextBase ? "the stage starts from a named context"
            : null;
        if (reason is not null)
        {
            DoNotUse(DifferenceKind.CacheOff, reason);
        }

        return session.Cache is not null && reason is null;
    }

    /// <summary>Whether the destination of COPY or ADD contains an ARG's value. The history has neither, so it cannot tell two values
    /// apart.</summary>
    private bool IsPlacedByArgument(Instruction written, AddOrCopyInstruction addOrCopy)
    {
        if (((AddOrCopyInstruction)written).Destination is var place && !place.Contains('$'))
        {
            return false;
        }

        HashSet<string> environment = [.. _scope.Environment.Select(variable => variable.Key)];
        var marked = written.Expand(name => _scope.Lookup(name) is { } value && !environment.Contains(name) ? value + "\0" : _scope.Lookup(name));
        return ((AddOrCopyInstruction)marked).Destination != addOrCopy.Destination;
    }

    private StageOutcome Reuse(CachedStep cached, bool isLast)
    {
        var id = cached.Image.Id;
        _below = cached.Image;
        _isBehind = true;
        _container.Image = _container.Image with { History = cached.Config.History, DiffIds = cached.Config.DiffIds };
        if (cached.From is not null)
        {
            Report(new CachePulled(cached.From));
        }

        Report(new CacheUsed(id));
        if (isLast && IsLastStage && session.Request.ShownName is not null)
        {
            ReportCommit();
        }

        Report(new ImageMade(id));
        if (isLast)
        {
            session.Remains.Remove(_container);
        }

        return new StageOutcome(null, id, session.Store.ManifestDigest(id), _container.Image, _container.Annotations, _scope);
    }

    /// <summary>Creates the container again on the image of the last step, if it is based on an older one.</summary>
    private void CatchUp()
    {
        if (!_isBehind)
        {
            return;
        }

        Continue(_below!.Id, _container.Image, _container.Annotations);
        _isBehind = false;
    }
}
