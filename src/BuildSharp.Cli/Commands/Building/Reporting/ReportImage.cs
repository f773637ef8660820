using BuildSharp.Cli.Commands.Images;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;

namespace BuildSharp.Cli.Commands.Building.Reporting;

/// <summary>What a page shows of the images of a build.</summary>
internal sealed class ReportImage
{
    private const int MostFiles = 10;

    private readonly Store _store;
    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private readonly List<ReportLayer> _layers = [];
    private readonly Dictionary<RecordedStep, int> _layerOf = new(ReferenceEqualityComparer.Instance);

    private ReportImage(Store store) => _store = store;

    /// <summary>ID of the image; null when there is none.</summary>
    public string? Id { get; private init; }

    /// <summary>The layers of the image from the lowest, then those of steps of other images.</summary>
    public IReadOnlyList<ReportLayer> Layers => _layers;

    /// <summary>The config of the image.</summary>
    public IReadOnlyList<ReportSetting> Config { get; private init; } = [];

    /// <summary>Index of the layer that a step made or found; null for none, and for one that is not in the store any more.</summary>
    public int? LayerOf(RecordedStep step) => _layerOf.TryGetValue(step, out var index) ? index : null;

    /// <summary>Reads images from the store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="image">The image of the build; null when it has failed.</param>
    /// <param name="steps">The steps.</param>
    /// <exception cref="BuildSharpException">The store is damaged.</exception>
    public static ReportImage Read(Store store, StoredImage? image, IReadOnlyList<RecordedStep> steps)
    {
        var read = new ReportImage(store) { Id = image?.Id, Config = image is null ? [] : ReportedConfig.Of(ImageStep.ConfigOf(store, image)) };
        if (image is not null)
        {
            var entries = ImageStep.Of(store, image).Where(step => step.Layer is not null).ToDictionary(step => step.Layer!.Id, step => step.Entry.CreatedBy);
            foreach (var layer in store.Layers.Chain(image.TopLayer))
            {
                read.Add(layer, entries.GetValueOrDefault(layer.Id) ?? "", isOfImage: true);
            }
        }

        foreach (var step in steps.Where(step => step.Image is not null))
        {
            // The images of stages are removed at the end of a build; those of steps stay with --layers.
            if (store.Images.Find(step.Image!) is { } made && ImageStep.Of(store, made) is [{ Layer: { } layer }, ..])
            {
                read._layerOf[step] = read._indexes.TryGetValue(layer.Id, out var index) ? index : read.Add(layer, step.Text, isOfImage: false);
            }
        }

        return read;
    }

    private int Add(StoredLayer layer, string createdBy, bool isOfImage)
    {
        var contents = _store.Layers.ReadContents(layer, MostFiles);
        _layers.Add(new ReportLayer(
            layer.DiffId.ToString(), createdBy, Math.Max(layer.DiffSize, 0), isOfImage, contents?.Entries,
            [.. (contents?.Largest ?? []).Select(file => new ReportFile(file.Name, file.Size))]));
        return _indexes[layer.Id] = _layers.Count - 1;
    }
}
