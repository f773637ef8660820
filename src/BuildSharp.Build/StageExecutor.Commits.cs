using BuildSharp.Containers;
using BuildSharp.Containers.Committing;
using BuildSharp.Containers.Configuring;
using BuildSharp.Oci;

namespace BuildSharp.Build;

internal sealed partial class StageExecutor
{
    /// <summary>Result of a stage without instructions: its base image, or an image without layers for scratch.</summary>
    private StageOutcome CommitNothing(StageStart start, CancellationToken cancellationToken)
    {
        if (start.Base is null || session.Request.Squash)
        {
            return Commit(HistoryText.Nothing, changesFiles: session.Request.Squash || stage.Base is ContextBase, isLast: true, cancellationToken);
        }

        if (IsLastStage && session.Request.ChangesResult)
        {
            return Commit(HistoryText.Nothing, changesFiles: false, isLast: true, cancellationToken);
        }

        if (IsLastStage)
        {
            ReportCommit();
        }

        if (IsLastStage || IsBase)
        {
            Report(new ImageMade(start.Base.Id));
        }

        var manifest = session.Store.ManifestDigest(start.Base.Id);
        return new StageOutcome(_container, start.Base.Id, manifest, _container.Image, _container.Annotations, _scope)
        {
            BaseName = _container.FromImage,
        };
    }

    private StageOutcome Commit(string createdBy, bool changesFiles, bool isLast, CancellationToken cancellationToken)
    {
        var request = session.Request;
        var container = _container;
        var isResult = isLast && IsLastStage;
        if (isResult)
        {
            ReportCommit();
        }

        var config = container.Image;
        IReadOnlyList<KeyValuePair<string, string>> annotations = [.. container.Annotations];
        if (isResult)
        {
            container.Annotations = InheritedAnnotations;
        }
        // When the container is not used again, its layer becomes the image's layer without a copy.
        var adopt = !request.KeepContainers && (!isLast || !IsCopiedFrom);
        var commit = container.Commit(CommitOf(isResult) with
        {
            Squash = request.Squash && isLast,
            EmptyLayer = !changesFiles,
            RemoveContainer = adopt,
            CreatedBy = createdBy,
        }, _pending, cancellationToken);
        _pending.Clear();
        if (adopt)
        {
            session.Remains.LetGo(container);
        }

        if (!isResult)
        {
            session.Remains.NoteOnTheWay(commit.Image.Id, isStep: !isLast);
        }

        foreach (var warning in isLast ? commit.Warnings : [])
        {
            Report(new BuildWarning(warning));
        }

        Report(new ImageMade(commit.Image.Id));
        return new StageOutcome(adopt ? null : container, commit.Image.Id, commit.ManifestDigest, config, annotations, _scope) { IsNew = true };
    }

    /// <summary>Properties of the image of a step. An image from the cache must have the same ones.</summary>
    private CommitRequest CommitOf(bool isResult)
    {
        var request = session.Request;
        var common = new CommitRequest
        {
            Format = request.Format,
            Timestamp = request.Timestamp,
            SourceDateEpoch = request.SourceDateEpoch,
            RewriteTimestamp = request.RewriteTimestamp,
            OmitHistory = request.OmitHistory,
            IdentityLabel = request.IdentityLabel,
            CreatedAnnotation = request.CreatedAnnotation,
            Change = image => Unset(isResult ? image : LabelLayer(image)),
        };
        return isResult
            ? common with { Name = request.Names.FirstOrDefault(), Annotations = Last(request.Annotations), UnsetAnnotations = request.UnsetAnnotations }
            : common;
    }

    private static Dictionary<string, string> Last(IEnumerable<KeyValuePair<string, string>> pairs) =>
        pairs.GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value);

    private IEnumerable<KeyValuePair<string, string>> InheritedAnnotations => session.Request.InheritAnnotations ? _container.Annotations : [];

    // As in buildah, the removed values are missing in every image of the build, but later steps still see them.
    private ImageConfig Unset(ImageConfig image)
    {
        image = session.Request.UnsetLabels.Aggregate(image, ImageConfigEditor.UnsetLabel);
        image = session.Request.UnsetEnv.Aggregate(image, ImageConfigEditor.UnsetEnv);
        return ImageConfigEditor.EditOs(image, session.Request.OsVersion, session.Request.OsFeatures);
    }

    private ImageConfig LabelLayer(ImageConfig image) =>
        session.Request.LayerLabels.Aggregate(image, (before, label) => ImageConfigEditor.SetLabel(before, label.Key, label.Value));

    /// <summary>Continues in a new container on the image of a step, with those parts of the config that an OCI image cannot
    /// hold.</summary>
    private void Continue(string imageId, ImageConfig config, IEnumerable<KeyValuePair<string, string>> annotations)
    {
        session.Remains.Remove(_container);
        _below = session.RequireImage(imageId);
        _container = session.Remains.Create(new FromOptions
        {
            Base = _below,
            Format = session.Request.Format,
            Settings = session.Request.Settings,
        });
        _container.Image = _container.Image with { Config = config.Config, Author = config.Author };
        _container.Annotations = annotations;
    }
}
