using System.Text.Json;
using BuildSharp.Oci.Json;

namespace BuildSharp.Oci;

/// <summary>The manifest of one image: its config and its layers, lowest first (OCI image-spec, manifest.md; Docker schema 2).</summary>
/// <remarks>A manifest that is only copied must be copied as its <see cref="ManifestBlob"/>, so that its digest stays the same.</remarks>
public sealed record ImageManifest
{
    /// <summary>Maximum size of a manifest or index in bytes, as in containers/image, which buildah, podman and skopeo use. Larger ones are
    /// neither read nor written.</summary>
    public const int SizeLimit = 4 << 20;

    private const int MostLayers = 1000;

    /// <summary><see cref="BuildSharp.Oci.MediaType.OciManifest"/> or <see cref="BuildSharp.Oci.MediaType.DockerManifest"/>; decides the format of
    /// <see cref="ToJson"/>.</summary>
    public string MediaType { get; init; } = BuildSharp.Oci.MediaType.OciManifest;

    /// <summary>The config blob. The hex part of its digest is the image ID.</summary>
    public required Descriptor Config { get; init; }

    /// <summary>The layer blobs as stored and transferred, lowest first.</summary>
    public required IReadOnlyList<Descriptor> Layers { get; init; }

    /// <summary>Annotations; not written in Docker format, which has none.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>The manifest that this one describes; OCI only.</summary>
    public Descriptor? Subject { get; init; }

    /// <summary>The type of an artifact; null for an image. OCI only.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>Parses a manifest in either format.</summary>
    /// <param name="json">The whole manifest, at most <see cref="SizeLimit"/> bytes.</param>
    /// <param name="mediaType">Media type stated by a descriptor or HTTP header, which the content must match; null to decide by the
    /// content.</param>
    /// <exception cref="BuildSharpException">The content is not an image manifest, or is ambiguous.</exception>
    public static ImageManifest Parse(ReadOnlySpan<byte> json, string? mediaType = null) =>
        StrictJson.Read(json, SizeLimit, "image manifest", fields =>
        {
            var type = ManifestShape.CheckManifest(fields, mediaType);
            var layers = fields.Objects("layers");
            if (layers.Count > MostLayers)
            {
                throw fields.Error($"{layers.Count:N0} layers are more than the {MostLayers:N0} allowed");
            }

            return new ImageManifest
            {
                MediaType = type,
                Config = DescriptorJson.Read(fields.Object("config") ?? throw fields.Error("\"config\" is missing")),
                Layers = [.. layers.Select(DescriptorJson.Read)],
                Annotations = fields.Map("annotations"),
                Subject = fields.Object("subject") is { } subject ? DescriptorJson.Read(subject) : null,
                ArtifactType = fields.String("artifactType"),
            };
        });

    /// <summary>Writes the manifest in the format of <see cref="MediaType"/>, byte for byte as the Go tools do.</summary>
    public byte[] ToJson() => GoJson.ToBytes(BuildSharp.Oci.MediaType.IsDocker(MediaType) ? WriteDocker : WriteOci);

    /// <summary>The serialised manifest with its media type.</summary>
    public ManifestBlob ToBlob() => new(MediaType, ToJson());

    private void WriteOci(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("schemaVersion", 2);
        writer.WriteString("mediaType", MediaType);
        writer.WriteOptional("artifactType", ArtifactType);
        writer.WritePropertyName("config");
        DescriptorJson.WriteOci(writer, Config);
        writer.WriteStartArray("layers");
        foreach (var layer in Layers)
        {
            DescriptorJson.WriteOci(writer, layer);
        }

        writer.WriteEndArray();
        if (Subject is not null)
        {
            writer.WritePropertyName("subject");
            DescriptorJson.WriteOci(writer, Subject);
        }

        writer.WriteOptional("annotations", Annotations);
        writer.WriteEndObject();
    }

    private void WriteDocker(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("schemaVersion", 2);
        writer.WriteString("mediaType", MediaType);
        writer.WritePropertyName("config");
        DescriptorJson.WriteDocker(writer, Config);
        writer.WriteStartArray("layers");
        foreach (var layer in Layers)
        {
            DescriptorJson.WriteDocker(writer, layer);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
