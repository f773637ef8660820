using BuildSharp.Containers;
using BuildSharp.Containers.Committing;
using BuildSharp.Containers.Configuring;
using BuildSharp.Oci;

namespace BuildSharp.Build;

internal sealed partial class StageExecutor
{
    /// <summary>An image of a FROM line alone: the base itself, or one empty layer where there is none.</summary>
    private StageOutcome CommitNothing(StageStart start)
    {
        if (start.Base is null || session.Request.Squash) return Commit(HistoryText.Nothing, changesFiles: true, isLast: true);
        if (IsLastStage && session.Request.ChangesResult) return Commit(HistoryText.Nothing, changesFiles: false, isLast: true);
        if (IsLastStage) ReportCommit();
        if (IsLastStage || IsBase) session.Report(new ImageMade(start.Base.Id));
        Digest manifest = Digest.Sha256(session.Store.ReadImageData(start.Base.Id, "manifest"));
        return new StageOutcome(_container, start.Base.Id, manifest, _container.Image, _scope);
    }

    private StageOutcome Commit(string createdBy, bool changesFiles, bool isLast)
    {
        BuildRequest request = session.Request;
        WorkingContainer container = _container;
        bool isResult = isLast && IsLastStage;
        if (isResult) ReportCommit();
        foreach (History entry in _pending) container.PrependedEmptyLayers.Add(entry);
        _pending.Clear();
        if (isResult && (request.OsVersion is not null || request.OsFeatures.Count > 0))
            container.Configure(new ConfigureRequest { OsVersion = request.OsVersion, OsFeatures = request.OsFeatures });
        ImageConfig config = container.Image;
        // Nobody will look into the container again, so that its layer can become the image's without a copy.
        bool adopt = !request.KeepContainers && (!isLast || !IsCopiedFrom);
        CommitOutcome commit = container.Commit(new CommitRequest
        {
            Name = isResult ? request.Names.FirstOrDefault() : null,
            Format = request.Format,
            Squash = request.Squash && isLast,
            EmptyLayer = !changesFiles,
            Timestamp = request.Timestamp,
            SourceDateEpoch = request.SourceDateEpoch,
            RewriteTimestamp = request.RewriteTimestamp,
            OmitHistory = request.OmitHistory,
            IdentityLabel = request.IdentityLabel,
            RemoveContainer = adopt,
            CreatedBy = createdBy,
            HistoryComment = _comment,
            UnsetEnv = isResult ? request.UnsetEnv : [],
            Annotations = isResult ? request.Annotations : new Dictionary<string, string>(),
            UnsetAnnotations = isResult ? request.UnsetAnnotations : [],
            CreatedAnnotation = request.CreatedAnnotation,
            Change = isResult
                ? image => request.UnsetLabels.Aggregate(image, ImageConfigEditor.UnsetLabel)
                : LabelLayer,
        });
        if (adopt) session.LetGo(container);
        if (!isResult) session.NoteOnTheWay(commit.Image.Id, isStep: !isLast);
        foreach (string warning in isLast ? commit.Warnings : []) session.Report(new BuildWarning(warning));
        session.Report(new ImageMade(commit.Image.Id));
        return new StageOutcome(adopt ? null : container, commit.Image.Id, commit.ManifestDigest, config, _scope);
    }

    private ImageConfig LabelLayer(ImageConfig image) =>
        session.Request.LayerLabels.Aggregate(image, (before, label) => ImageConfigEditor.SetLabel(before, label.Key, label.Value));

    /// <summary>Goes on in a container on top of the image that a step made, with everything that an OCI image cannot say.</summary>
    private void Continue(string imageId, ImageConfig config)
    {
        session.Remove(_container);
        _container = session.Create(new FromOptions
        {
            Base = session.Store.FindImage(imageId)
                ?? throw new BuildSharpException($"image {imageId[..12]} of the step before is not there any more: somebody removed it; build again"),
            Format = session.Request.Format,
            Settings = session.Request.Settings,
        });
        _container.Image = _container.Image with { Config = config.Config, Author = config.Author };
        _comment = BaseComment(imageId);
    }

    /// <summary>An image without a name is remarked on by its short id; a named one by its name, which the container knows.</summary>
    private static string BaseComment(string id) => $"FROM {id[..12]}";
}
