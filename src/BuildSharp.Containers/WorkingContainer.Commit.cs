using BuildSharp.Containers.Committing;
using BuildSharp.Oci;
using BuildSharp.Oci.Reporting;
using BuildSharp.Running.Stubs;
using BuildSharp.Storage.Containers;
using BuildSharp.Storage.Diffs;
using BuildSharp.Storage.Images;
using BuildSharp.Storage.Layers;
using BuildSharp.Storage.Records;
using BuildSharp.Transports.ContainersStorage;

namespace BuildSharp.Containers;

public sealed partial class WorkingContainer
{
    private const int MostCommitAttempts = 10;

    /// <summary>Creates an image from the container, in its store.</summary>
    /// <param name="request">Properties of the image.</param>
    /// <param name="cancellation">Stops the commit while files are read.</param>
    /// <returns>The image. With <see cref="CommitRequest.RemoveContainer"/>, the container has been removed.</returns>
    /// <exception cref="BuildSharpException">The base image is damaged, or a file cannot be written. No image was created then.</exception>
    public CommitOutcome Commit(CommitRequest request, CancellationToken cancellation = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return TryCommit(request, cancellation);
            }
            catch (LayerRemovedException) when (attempt < MostCommitAttempts)
            {
                // We reused an equal layer of another image, which was removed before our image referred to it: try again.
            }
        }
    }

    /// <summary>Describes the image that a commit would make, for a copy to another place: nothing is stored, and no copy of the files is
    /// made. The files are read once to hash them, and again while they are copied.</summary>
    /// <param name="request">Properties of the image; the container stays.</param>
    /// <param name="cancellation">Stops it while files are read.</param>
    /// <exception cref="BuildSharpException">The base image is damaged, or a file cannot be read.</exception>
    public UnstoredImage Describe(CommitRequest request, CancellationToken cancellation = default)
    {
        var below = _store.Layers.Chain(TopLayer);
        UnstoredLayer? last = null;
        if (request.Squash)
        {
            below = [];
            last = _store.Commits.MeasureWhole(Id, WholeOptions(request, cancellation));
        }
        else if (!request.EmptyLayer || request.AddedFiles.Count > 0)
        {
            last = _store.Commits.MeasureLayer(Id, ChangeOptions(request, cancellation));
        }

        var layers = below.Select(layer => new LayerBlob(layer.DiffId, layer.DiffSize)).ToList();
        if (last is not null)
        {
            layers.Add(new LayerBlob(last.DiffId, last.Size));
        }

        var assembled = Assemble(request, layers);
        return new UnstoredImage(
            new UnstoredImageSource(_store, assembled.ManifestBytes, assembled.ConfigBytes, below, last), Digest.Sha256(assembled.ConfigBytes).Hex,
            assembled.ManifestBytes, assembled.Warnings);
    }

    private CommitOutcome TryCommit(CommitRequest request, CancellationToken cancellation)
    {
        if (request.EmptyLayer && !request.Squash && request.AddedFiles.Count == 0)
        {
            return Finish(request, BaseLayers(), TopLayer);
        }

        if (request.Squash)
        {
            using var progress = ProgressItem.Start(_store.Options.Progress, ProgressKind.Layer, LayerId);
            using var all = _store.Layers.OpenFlattenedTar(LayerId, WholeOptions(request, cancellation));
            var whole = _store.Layers.Import(new LayerImport { Tar = progress.Count(all.Content, leaveOpen: true), Name = $"container \"{Name}\"" });
            progress?.Complete();
            return Finish(request, [new LayerBlob(whole.DiffId, whole.DiffSize)], whole.Id);
        }

        var options = ChangeOptions(request, cancellation);
        using var adoption = request.RemoveContainer && options.Added.Count == 0 ? _store.Adoptions.Prepare(Id, options) : null;
        if (adoption is not null)
        {
            var assembled = Assemble(request, [.. BaseLayers(), new LayerBlob(adoption.Layer.DiffId, adoption.Layer.DiffSize)]);
            return Outcome(assembled, _store.Adoptions.Commit(adoption, NewImage(request, assembled, adoption.Layer.Id)));
        }

        var layer = _store.Commits.CommitLayer(Id, options);
        return Finish(request, [.. BaseLayers(), new LayerBlob(layer.DiffId, layer.DiffSize)], layer.Id);
    }

    private LayerCommit ChangeOptions(CommitRequest request, CancellationToken cancellation) => new()
    {
        ModifiedAt = request.Timestamp,
        ClampTo = Latest(request),
        ExcludePaths = ExcludedPaths(),
        Added = AddedEntries(request),
        Cancellation = cancellation,
    };

    // Normally, an unchanged directory of the base image is excluded from the layer. A squashed layer includes the base image, so keep it.
    private LayerDiffOptions WholeOptions(CommitRequest request, CancellationToken cancellation) => new()
    {
        ModifiedAt = request.Timestamp,
        ClampTo = Latest(request),
        ExcludePaths = [.. ExcludedPaths().Where(path => !IsInBase(path))],
        Added = AddedEntries(request),
        Cancellation = cancellation,
    };

    private static Timestamp? Latest(CommitRequest request) => request.RewriteTimestamp ? request.SourceDateEpoch : null;

    private CommitOutcome Finish(CommitRequest request, IReadOnlyList<LayerBlob> layers, string? topLayer)
    {
        var assembled = Assemble(request, layers);
        var image = _store.Images.Create(NewImage(request, assembled, topLayer));
        if (request.RemoveContainer)
        {
            Remove();
        }

        return Outcome(assembled, image);
    }

    private static CommitOutcome Outcome(AssembledImage assembled, StoredImage image) =>
        new(image, Digest.Sha256(assembled.ManifestBytes), assembled.Warnings);

    private AssembledImage Assemble(CommitRequest request, IReadOnlyList<LayerBlob> layers) => new ImageAssembler
    {
        Request = request,
        Image = Image,
        Format = request.Format ?? Format,
        Layers = layers,
        Now = Timestamp.From(_time.GetUtcNow()),
        Annotations = Annotations,
        Prepended = PrependedEmptyLayers,
        Appended = AppendedEmptyLayers,
        BaseName = FromImage,
        BaseId = FromImageId,
        ContainerId = Id,
        CreatedBy = CreatedBy,
        HistoryComment = HistoryComment,
    }.Assemble();

    // Stubs, and directories that are in the layer only because overlay copied them up for a stub.
    private IReadOnlyList<string> ExcludedPaths() => UpperDirectory is { } upper ? RunRemains.Find(Directory, upper) : [];

    private bool IsInBase(string path) => _store.Layers.Chain(TopLayer)
        .Any(layer => Path.Exists(Path.Combine(_store.Layers.ContentPath(layer.Id), path.TrimStart('/'))));

    private List<LayerBlob> BaseLayers() =>
        [.. _store.Layers.Chain(TopLayer).Select(layer => new LayerBlob(layer.DiffId, layer.DiffSize))];

    private static NewImage NewImage(CommitRequest request, AssembledImage image, string? topLayer)
    {
        var config = Digest.Sha256(image.ConfigBytes);
        var manifest = Digest.Sha256(image.ManifestBytes);
        return new NewImage
        {
            Id = config.Hex,
            Names = request.Name is { } name ? [name] : [],
            TopLayer = topLayer,
            Created = image.Config.Created,
            Data =
            [
                new BigData(config.ToString(), image.ConfigBytes),
                new BigData($"manifest-{manifest}", image.ManifestBytes),
                new BigData("manifest", image.ManifestBytes),
                new BigData($"signature-{manifest.Hex}", ReadOnlyMemory<byte>.Empty),
            ],
            Metadata = $"{{\"signatures-sizes\":{{\"{manifest}\":[]}}}}",
        };
    }
}
