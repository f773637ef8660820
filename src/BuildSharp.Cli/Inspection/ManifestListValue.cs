using BuildSharp.Cli.Output;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Inspection;

/// <summary>A manifest list for templates, with the field names of the OCI image-spec's <c>v1.Index</c>.</summary>
internal static class ManifestListValue
{
    /// <summary>Parses the list.</summary>
    /// <exception cref="BuildSharpException">The JSON is invalid.</exception>
    public static GoValue Of(byte[] json)
    {
        var list = ImageIndex.Parse(json);
        return new GoValue.Struct("v1.Index",
        [
            new GoField("SchemaVersion", "schemaVersion", new GoValue.Integer(2)),
            new GoField("MediaType", "mediaType", new GoValue.Text(list.MediaType)),
            new GoField("ArtifactType", "artifactType", new GoValue.Text(list.ArtifactType ?? ""), OmitEmpty: true),
            new GoField("Manifests", "manifests", new GoValue.List([.. list.Manifests.Select(Entry)]) { TypeName = "[]v1.Descriptor" }),
            new GoField("Subject", "subject", list.Subject is { } subject ? Entry(subject) with { IsPointer = true } : new GoValue.Nil("*v1.Descriptor"), OmitEmpty: true),
            new GoField("Annotations", "annotations", GoValue.TextMap(list.Annotations), OmitEmpty: true),
        ]);
    }

    private static GoValue.Struct Entry(Descriptor entry) => new("v1.Descriptor",
    [
        new GoField("MediaType", "mediaType", new GoValue.Text(entry.MediaType)),
        new GoField("Digest", "digest", new GoValue.Text(entry.Digest.ToString())),
        new GoField("Size", "size", new GoValue.Integer(entry.Size) { TypeName = "int64" }),
        new GoField("Annotations", "annotations", GoValue.TextMap(entry.Annotations), OmitEmpty: true),
        new GoField("Platform", "platform", entry.Platform is { } platform ? OciConfigValue.PlatformOf(platform) with { IsPointer = true } : new GoValue.Nil("*v1.Platform"), OmitEmpty: true),
        new GoField("ArtifactType", "artifactType", new GoValue.Text(entry.ArtifactType ?? ""), OmitEmpty: true),
    ]);
}
