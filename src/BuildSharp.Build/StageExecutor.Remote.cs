using BuildSharp.Containers.Committing;
using BuildSharp.Dockerfiles.Instructions;

namespace BuildSharp.Build;

internal sealed partial class StageExecutor
{
    /// <summary>The remote cache, if the image of a step can be in it; else null.</summary>
    private IRemoteCache? RemoteFor(Instruction written, bool isLast)
    {
        var isSquashed = isLast && session.Request.Squash;
        return session.Remote is null || isSquashed || stage.Base is ContextBase || !StepCache.IsTold(_below, _container.Image)
            || (written is AddOrCopyInstruction && IsPlacedByArgument(written, (AddOrCopyInstruction)written.Expand(_scope.Lookup)))
            ? null
            : session.Remote;
    }

    private string KeyOf(Instruction instruction, string createdBy) => StepKey.Of(
        _below is null ? "" : session.Store.ManifestType(_below.Id), _container.Image, ChangesFiles(instruction), createdBy);

    private ValueTask<CachedStep?> PullAsync(
        IRemoteCache remote, string key, Instruction instruction, CommitRequest commit, string createdBy, bool isResult, CancellationToken cancellationToken)
    {
        var expected = commit.Change!(_container.Image);
        return remote.PullAsync(
            key,
            (manifest, config) => session.Cache!.IsResult(manifest, config, expected, ChangesFiles(instruction), createdBy)
                && (!isResult || session.Cache.IsAnnotated(manifest, commit.Annotate(InheritedAnnotations, config.Created))),
            cancellationToken);
    }

    private void Keep(IRemoteCache remote, string key, string imageId, bool isNew)
    {
        if (remote.HasDestinations)
        {
            remote.Push(new StepUpload(key, imageId)
            {
                IsNew = isNew,
                IsInResult = session.Plan.Uses.IsInResult(stage.Index),
                Place = Place,
                Progress = session.Progress,
            });
        }
    }
}
