namespace BuildSharp.Oci;

/// <summary>Checks that the parts of an image are consistent.</summary>
/// <remarks>The parsers accept some wrong images, so tests and <c>push</c> run these checks on images that this program created.</remarks>
public static class ImageValidator
{
    /// <summary>Compares a manifest with its config.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="config">Bytes of the config blob.</param>
    /// <returns>One line per problem, in no particular order; empty for a valid image.</returns>
    public static IReadOnlyList<string> Check(ImageManifest manifest, ReadOnlySpan<byte> config)
    {
        var problems = new List<string>();
        if (manifest.Config.Size != config.Length)
        {
            problems.Add($"the config has {config.Length} bytes, the manifest says {manifest.Config.Size}");
        }

        if (Digest.Compute(manifest.Config.Digest.Algorithm, config) is var actual && actual != manifest.Config.Digest)
        {
            problems.Add($"the config is {actual}, the manifest says {manifest.Config.Digest}");
        }

        CheckTypes(manifest, problems);
        CheckConfig(manifest, ImageConfig.Parse(config), problems);
        return problems;
    }

    private static void CheckTypes(ImageManifest manifest, List<string> problems)
    {
        var docker = MediaType.IsDocker(manifest.MediaType);
        if (manifest.Config.MediaType != (docker ? MediaType.DockerConfig : MediaType.OciConfig))
        {
            problems.Add($"a manifest of type {manifest.MediaType} has a config of type {manifest.Config.MediaType}");
        }

        foreach (var (index, layer) in manifest.Layers.Index())
        {
            if (MediaType.IsDocker(layer.MediaType) != docker)
            {
                problems.Add($"a manifest of type {manifest.MediaType} has layer {index + 1} of type {layer.MediaType}");
            }

            if (layer.Digest.IsDefault || layer.Size < 0)
            {
                problems.Add($"layer {index + 1} has no digest or size");
            }
        }

        if (docker && manifest.Annotations.Count > 0)
        {
            problems.Add("a Docker manifest cannot hold annotations");
        }
    }

    private static void CheckConfig(ImageManifest manifest, ImageConfig config, List<string> problems)
    {
        if (config.DiffIds.Count != manifest.Layers.Count)
        {
            problems.Add($"the config has {config.DiffIds.Count} diff IDs, the manifest {manifest.Layers.Count} layers");
        }

        var filled = config.History.Count(entry => !entry.EmptyLayer);
        if (config.History.Count > 0 && filled != config.DiffIds.Count)
        {
            problems.Add($"the history tells of {filled} layers, the config has {config.DiffIds.Count} diff IDs");
        }

        foreach (var (diffId, layer) in config.DiffIds.Zip(manifest.Layers))
        {
            if (layer.MediaType is MediaType.OciLayer or MediaType.DockerLayer && layer.Digest != diffId.Value)
            {
                problems.Add($"the plain layer {layer.Digest} has the diff ID {diffId}");
            }
        }

        if (config.Os.Length == 0 || config.Architecture.Length == 0)
        {
            problems.Add("the config does not say which platform the image is for");
        }
    }
}
