using System.Text.Json;
using BuildSharp.Oci;
using BuildSharp.Storage.Images;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Checking;

/// <summary>Compares image records with their data files, and image configs with their layers.</summary>
internal static class ImageExamination
{
    internal static IEnumerable<Finding> Examine(StoreContents store)
    {
        foreach (var image in store.Images.Items)
        {
            var directory = Path.Combine(store.Directories.Images, image.Id);
            if (IsHalfMade(store, image, directory))
            {
                yield return new Finding(FindingKind.Leftover, $"{StoreContents.Title(image)} is half made: it has no name and no manifest")
                {
                    Remedy = new Remedy.Discard(RecordKind.Image, image.Id),
                };
                continue;
            }

            foreach (var problem in DataFiles.Problems(directory, image.BigDataNames, image.BigDataSizes).Concat(WrongDigests(directory, image)).Concat(WrongLayers(store, directory, image)).Concat(WrongMetadata(image)))
            {
                yield return new Finding(FindingKind.Damage, $"{StoreContents.Title(image)}: {problem}")
                {
                    Remedy = new Remedy.Discard(RecordKind.Image, image.Id),
                };
            }

            // Artifacts that were added to a list are beside its documents.
            var hasArtifacts = image.BigDataNames.Contains(ManifestList.InstancesKey);
            foreach (var stranger in DataFiles.Strangers(directory, image.BigDataNames)
                .Where(path => !hasArtifacts || Path.GetFileName(path) != ManifestList.ArtifactsDirectory))
            {
                yield return new Finding(FindingKind.Leftover, $"{stranger}: is no document of {StoreContents.Title(image)}")
                {
                    Remedy = new Remedy.RemovePath(stranger),
                };
            }
        }

        foreach (var name in StoreContents.Entries(store.Directories.Images).Select(entry => entry.NameText))
        {
            if (StoreContents.IsId(name) && store.Images.ById(name) is null)
            {
                var path = Path.Combine(store.Directories.Images, name);
                yield return new Finding(FindingKind.Leftover, $"{path}: belongs to no image") { Remedy = new Remedy.RemovePath(path) };
            }
        }
    }

    /// <summary>Whether a Go tool was killed while it created the image. The Go tools save the record first, then the documents one by one,
    /// and the name last. An image left between these steps is unusable, and makes their image lists stop or complain. While its files are
    /// young, the tool that creates it may still run.</summary>
    private static bool IsHalfMade(StoreContents store, StoredImage image, string directory)
    {
        if (image.Names.Count > 0 || image.BigDataNames.Contains("manifest") || store.Containers.Items.Any(container => container.ImageId == image.Id))
        {
            return false;
        }

        // The directory does not exist before the first document is written. The record's own time may be any time that the creating tool
        // chose.
        var written = Directory.Exists(directory) ? Directory.GetLastWriteTimeUtc(directory) : File.GetLastWriteTimeUtc(Path.Combine(store.Directories.Images, "images.json"));
        return new DateTimeOffset(written, TimeSpan.Zero) <= store.Now - store.Options.UnusedLayerAge;
    }

    private static IEnumerable<string> WrongDigests(string directory, StoredImage image)
    {
        foreach (var key in image.BigDataNames)
        {
            var file = Path.Combine(directory, BigDataName.FileName(key));
            if (!image.BigDataDigests.TryGetValue(key, out var recorded))
            {
                continue;
            }

            var content = DataFiles.TryRead(file, out var problem);
            if (problem is not null)
            {
                yield return problem;
            }
            else if (content is not null && content.Length == image.BigDataSizes.GetValueOrDefault(key, content.Length)
                && recorded != Digest.Sha256(content).ToString() && !IsSigned(key, content))
            {
                yield return $"{file} does not have the recorded digest {recorded}";
            }
        }
    }

    /// <summary>Whether the content is a signed manifest of schema 1, whose digest does not cover the signatures.</summary>
    private static bool IsSigned(string key, byte[] content)
    {
        if (!key.StartsWith("manifest", StringComparison.Ordinal))
        {
            return false;
        }

        try
        {
            using var manifest = JsonDocument.Parse(content);
            return manifest.RootElement.ValueKind == JsonValueKind.Object && manifest.RootElement.TryGetProperty("signatures", out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Reports metadata that is not valid JSON. Other tools store the sizes of signatures there, and refuse an image whose
    /// metadata they cannot read.</summary>
    private static IEnumerable<string> WrongMetadata(StoredImage image)
    {
        if (image.Metadata is not null && !IsObject(image.Metadata))
        {
            yield return "its metadata is not a JSON object";
        }
    }

    private static bool IsObject(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static IEnumerable<string> WrongLayers(StoreContents store, string directory, StoredImage image)
    {
        var key = $"sha256:{image.Id}";
        var file = Path.Combine(directory, BigDataName.FileName(key));
        if (!image.BigDataNames.Contains(key) || DataFiles.TryRead(file, out _) is not { } config)
        {
            yield break;
        }

        var layers = store.Chain(image.TopLayer).Reverse().Select(layer => layer.DiffId).ToList();
        IReadOnlyList<DiffId> configured;
        try
        {
            configured = ImageConfig.Parse(config).DiffIds;
        }
        catch (BuildSharpException)
        {
            // Either not the config of a container image, or a file with the wrong digest, which is reported separately.
            yield break;
        }

        if (layers.All(layer => !layer.IsDefault) && !layers.SequenceEqual(configured) && (image.TopLayer is null || store.Layer(image.TopLayer) is not null))
        {
            yield return $"its config lists {configured.Count} layers, which are not the {layers.Count} below its layer {image.TopLayer}";
        }
    }
}
