using BuildSharp.Cli.Output;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Inspection;

/// <summary>A manifest list for templates, with the field names of the OCI image-spec's <c>v1.Index</c>.</summary>
internal static class ManifestListValue
{
    /// <summary>Reads the list.</summary>
    /// <exception cref="BuildSharpException">It is damaged.</exception>
    public static GoValue Of(byte[] json)
    {
        var list = ImageIndex.Parse(json);
        return new GoValue.Struct("v1.Index",
        [
            new GoField("SchemaVersion", "schemaVersion", new GoValue.Integer(2)),
            new GoField("MediaType", "mediaType", new GoValue.Text(list.MediaType)),
            new GoField("ArtifactType", "artifactType", new GoValue.Text(list.ArtifactType ?? ""), OmitEmpty: true),
            new GoField("Manifests", "manifests", new GoValue.List([.. list.Manifests.Select(Entry)])),
            new GoField("Subject", "subject", list.Subject is { } subject ? Entry(subject) : GoValue.None, OmitEmpty: true),
            new GoField("Annotations", "annotations", GoValue.TextMap(list.Annotations), OmitEmpty: true),
        ]);
    }

    private static GoValue Entry(Descriptor entry) => new GoValue.Struct("v1.Descriptor",
    [
        new GoField("MediaType", "mediaType", new GoValue.Text(entry.MediaType)),
        new GoField("Digest", "digest", new GoValue.Text(entry.Digest.ToString())),
        new GoField("Size", "size", new GoValue.Integer(entry.Size)),
        new GoField("Annotations", "annotations", GoValue.TextMap(entry.Annotations), OmitEmpty: true),
        new GoField("Platform", "platform", entry.Platform is { } platform ? Platform(platform) : GoValue.None, OmitEmpty: true),
        new GoField("ArtifactType", "artifactType", new GoValue.Text(entry.ArtifactType ?? ""), OmitEmpty: true),
    ]);

    private static GoValue Platform(Platform platform) => new GoValue.Struct("v1.Platform",
    [
        new GoField("Architecture", "architecture", new GoValue.Text(platform.Architecture)),
        new GoField("OS", "os", new GoValue.Text(platform.Os)),
        new GoField("OSVersion", "os.version", new GoValue.Text(platform.OsVersion ?? ""), OmitEmpty: true),
        new GoField("OSFeatures", "os.features", GoValue.Texts(platform.OsFeatures), OmitEmpty: true),
        new GoField("Variant", "variant", new GoValue.Text(platform.Variant ?? ""), OmitEmpty: true),
    ]);
}
