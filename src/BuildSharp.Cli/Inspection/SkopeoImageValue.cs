using BuildSharp.Cli.Output;
using BuildSharp.Oci;
using BuildSharp.Transports;

namespace BuildSharp.Cli.Inspection;

/// <summary>An image as skopeo's <c>inspect</c> shows it, with the fields and order of its Go type.</summary>
internal static class SkopeoImageValue
{
    /// <summary>The value.</summary>
    /// <param name="image">Manifest and config.</param>
    /// <param name="repository">Name of its repository without tag; empty for places without names.</param>
    /// <param name="tags">Tags of the repository.</param>
    /// <exception cref="BuildSharpException">The config is invalid.</exception>
    public static GoValue Of(ImageDescription image, string repository, IReadOnlyList<string> tags)
    {
        var config = ImageConfig.Parse(image.Config.Span);
        var layers = ImageManifest.Parse(image.Manifest.Bytes.Span, image.Manifest.MediaType).Layers;
        return new GoValue.Struct("inspect.Output",
        [
            new GoField("Name", "Name", new GoValue.Text(repository), OmitEmpty: true),
            new GoField("Digest", "Digest", new GoValue.Text(image.Named.Digest.ToString())),
            new GoField("RepoTags", "RepoTags", GoValue.Texts(tags)),
            new GoField("Created", "Created", config.Created is { } created ? new GoValue.Time(created) : GoValue.None),
            new GoField("DockerVersion", "DockerVersion", new GoValue.Text(config.DockerVersion ?? "")),
            new GoField("Labels", "Labels", GoValue.TextMap(config.Config.Labels.Count == 0 ? null : config.Config.Labels)),
            new GoField("Architecture", "Architecture", new GoValue.Text(config.Architecture)),
            new GoField("Os", "Os", new GoValue.Text(config.Os)),
            new GoField("Layers", "Layers", GoValue.Texts(layers.Select(layer => layer.Digest.ToString()))),
            new GoField("LayersData", "LayersData", new GoValue.List([.. layers.Select(Layer)]) { TypeName = "[]types.ImageInspectLayer" }),
            new GoField("Env", "Env", GoValue.TextsOrNone(config.Config.Env)),
        ]);
    }

    private static GoValue Layer(Descriptor layer) => new GoValue.Struct("types.ImageInspectLayer",
    [
        new GoField("MIMEType", "MIMEType", new GoValue.Text(layer.MediaType)),
        new GoField("Digest", "Digest", new GoValue.Text(layer.Digest.ToString())),
        new GoField("Size", "Size", new GoValue.Integer(layer.Size) { TypeName = "int64" }),
        new GoField("Annotations", "Annotations", GoValue.TextMap(layer.Annotations.Count == 0 ? null : layer.Annotations)),
    ]);
}
