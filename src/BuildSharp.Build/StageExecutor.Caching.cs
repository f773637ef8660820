using BuildSharp.Dockerfiles;
using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Build;

internal sealed partial class StageExecutor
{
    // The image that the next step starts from while steps are found; null is scratch.
    private StoredImage? _below;
    private bool _looksUp;
    // Whether the container stands on an image further down: it is made anew when a step needs it.
    private bool _isBehind;

    private async ValueTask<CachedStep?> FindCachedAsync(Instruction written, Instruction instruction, bool isLast, CancellationToken cancellationToken)
    {
        var isResult = isLast && IsLastStage;
        var commit = CommitOf(isResult);
        var fitting = session.Cache!.Fitting(_below, commit.Change!(_container.Image), ChangesFiles(instruction));
        // Annotations of an image on the way reach no other image: a container on it gets those of the one before.
        if (isResult)
        {
            fitting = [.. fitting.Where(step => session.Cache.IsAnnotated(step, commit.Annotate(InheritedAnnotations, step.Config.Created)))];
        }

        var content = "";
        if (fitting.Count > 0 && instruction is TransferInstruction transfer)
        {
            if (IsPlacedByArgument(written, transfer))
            {
                session.Request.Debug?.Report($"cache: not used, an argument is part of where {instruction.Name} puts things");
                return null;
            }

            CatchUp();
            // Sources that turn out to be new are hashed once more as they are copied: what history says has to be true of the copy.
            content = await TransferAsync(transfer, isDry: true, cancellationToken).ConfigureAwait(false);
        }

        var found = fitting.Count == 0 ? null : StepCache.Find(fitting, HistoryText.Of(written, content, _scope, session.Request, isResult));
        session.Request.Debug?.Report(
            $"cache: on {_below?.Id ?? "scratch"} {fitting.Count} images fit what {instruction.Name} makes, "
            + (found is null ? "none has its history" : $"{found.Image.Id} has its history"));
        return found;
    }

    /// <summary>Whether an ARG's value is part of where COPY or ADD puts things: history has neither the value nor the place.</summary>
    private bool IsPlacedByArgument(Instruction written, TransferInstruction transfer)
    {
        if (((TransferInstruction)written).Destination is var place && !place.Contains('$'))
        {
            return false;
        }

        HashSet<string> environment = [.. _scope.Environment.Select(variable => variable.Key)];
        var marked = written.Expand(name => _scope.Lookup(name) is { } value && !environment.Contains(name) ? value + "\0" : _scope.Lookup(name));
        return ((TransferInstruction)marked).Destination != transfer.Destination;
    }

    private StageOutcome Reuse(CachedStep cached, bool isLast)
    {
        var id = cached.Image.Id;
        _below = cached.Image;
        _isBehind = true;
        _container.Image = _container.Image with { History = cached.Config.History, DiffIds = cached.Config.DiffIds };
        session.Report(new CacheUsed(id));
        if (isLast && IsLastStage && session.Request.ShownName is not null)
        {
            ReportCommit();
        }

        session.Report(new ImageMade(id));
        if (isLast)
        {
            session.Remove(_container);
        }

        return new StageOutcome(null, id, Digest.Sha256(session.Store.ReadImageData(id, "manifest")), _container.Image, _container.Annotations, _scope);
    }

    /// <summary>Sees to it that the container stands on the image of the step before.</summary>
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
