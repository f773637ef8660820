using System.Text.Json;
using BuildSharp.Oci.Json;

namespace BuildSharp.Oci;

/// <summary>A list of manifests, usually one per platform (OCI image-spec, image-index.md; Docker manifest list).</summary>
public sealed record ImageIndex
{
    private const int MostEntries = 10_000;

    /// <summary><see cref="BuildSharp.Oci.MediaType.OciIndex"/> or <see cref="BuildSharp.Oci.MediaType.DockerManifestList"/>; decides the format of
    /// <see cref="ToJson"/>. Either format may contain entries of both.</summary>
    public string MediaType { get; init; } = BuildSharp.Oci.MediaType.OciIndex;

    /// <summary>The entries in order.</summary>
    public IReadOnlyList<Descriptor> Manifests { get; init; } = [];

    /// <summary>Annotations; not written in Docker format, which has none.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>The manifest that this index describes; OCI only.</summary>
    public Descriptor? Subject { get; init; }

    /// <summary>The type of an artifact; OCI only.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>Whether the <c>mediaType</c> field is written. Other tools leave it out of the <c>index.json</c> of a layout.</summary>
    public bool StatesMediaType { get; init; } = true;

    /// <summary>Parses an index in either format.</summary>
    /// <param name="json">The whole index, at most 4 MiB.</param>
    /// <param name="mediaType">Media type stated by a descriptor or HTTP header; null to decide by the content.</param>
    /// <exception cref="BuildSharpException">The content is not an index, or is ambiguous.</exception>
    public static ImageIndex Parse(ReadOnlySpan<byte> json, string? mediaType = null) =>
        StrictJson.Read(json, ImageManifest.SizeLimit, "image index", fields =>
        {
            // The index of a layout without images may contain only the schema version.
            var type = ManifestShape.CheckIndex(fields, mediaType);
            var entries = fields.Objects("manifests");
            if (entries.Count > MostEntries)
            {
                throw fields.Error($"{entries.Count:N0} entries are more than the {MostEntries:N0} allowed");
            }

            return new ImageIndex
            {
                MediaType = type,
                Manifests = [.. entries.Select(DescriptorJson.Read)],
                Annotations = fields.Map("annotations"),
                Subject = fields.Object("subject") is { } subject ? DescriptorJson.Read(subject) : null,
                ArtifactType = fields.String("artifactType"),
                StatesMediaType = fields.Has("mediaType"),
            };
        });

    /// <summary>The entry for the platform, chosen by <see cref="PlatformChoice"/>.</summary>
    /// <exception cref="BuildSharpException">No entry matches; the message lists the available platforms.</exception>
    public Descriptor Choose(Platform wanted) => PlatformChoice.Choose(this, wanted);

    /// <summary>Writes the index in the format of <see cref="MediaType"/>, byte for byte as the Go tools do.</summary>
    public byte[] ToJson() => GoJson.ToBytes(Write);

    /// <summary>The serialised index with its media type.</summary>
    public ManifestBlob ToBlob() => new(MediaType, ToJson());

    private void Write(Utf8JsonWriter writer)
    {
        var docker = BuildSharp.Oci.MediaType.IsDocker(MediaType);
        writer.WriteStartObject();
        writer.WriteNumber("schemaVersion", 2);
        if (StatesMediaType || docker)
        {
            writer.WriteString("mediaType", MediaType);
        }

        if (!docker)
        {
            writer.WriteOptional("artifactType", ArtifactType);
        }

        writer.WriteStartArray("manifests");
        foreach (var entry in Manifests)
        {
            if (docker)
            {
                DescriptorJson.WriteDocker(writer, entry);
            }
            else
            {
                DescriptorJson.WriteOci(writer, entry);
            }
        }

        writer.WriteEndArray();
        if (!docker)
        {
            if (Subject is not null)
            {
                writer.WritePropertyName("subject");
                DescriptorJson.WriteOci(writer, Subject);
            }

            writer.WriteOptional("annotations", Annotations);
        }

        writer.WriteEndObject();
    }
}
