using System.Text.Json;

namespace BuildSharp.Oci;

/// <summary>A list of manifests, usually one per platform (OCI image-spec, image-index.md; Docker manifest list).</summary>
public sealed record ImageIndex
{
    private const int MostEntries = 10_000;

    /// <summary><see cref="Oci.MediaType.OciIndex"/> or <see cref="Oci.MediaType.DockerManifestList"/>; decides the shape of
    /// <see cref="ToJson"/>. Entries of either family may stand in either shape.</summary>
    public string MediaType { get; init; } = Oci.MediaType.OciIndex;

    /// <summary>The entries in their order; each by its own media type.</summary>
    public IReadOnlyList<Descriptor> Manifests { get; init; } = [];

    /// <summary>Free annotations; the Docker shape has none and drops them.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>The manifest that this index says something about; OCI only.</summary>
    public Descriptor? Subject { get; init; }

    /// <summary>The type of an artifact; OCI only.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>Whether the <c>mediaType</c> field is written. The <c>index.json</c> of a layout goes without, as other tools write it.</summary>
    public bool StatesMediaType { get; init; } = true;

    /// <summary>Reads either shape.</summary>
    /// <param name="json">The whole index, at most 4 MiB.</param>
    /// <param name="mediaType">What a descriptor or HTTP header said it is; null to go by the content alone.</param>
    /// <exception cref="BuildSharpException">Not an index, or one that could also be read as something else.</exception>
    public static ImageIndex Parse(ReadOnlySpan<byte> json, string? mediaType = null) =>
        StrictJson.Read(json, ImageManifest.SizeLimit, "image index", fields =>
        {
            // The index of a layout without images may lack everything but the version.
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

    /// <summary>The entry for the platform, by the rules of <see cref="PlatformChoice"/>.</summary>
    /// <exception cref="BuildSharpException">No entry fits; the message lists what there is.</exception>
    public Descriptor Choose(Platform wanted) => PlatformChoice.Choose(this, wanted);

    /// <summary>Writes the index in the shape of its <see cref="MediaType"/>, byte for byte as Go tools do.</summary>
    public byte[] ToJson() => GoJson.ToBytes(Write);

    /// <summary>The index as bytes with its type.</summary>
    public ManifestBlob ToBlob() => new(MediaType, ToJson());

    private void Write(Utf8JsonWriter writer)
    {
        var docker = Oci.MediaType.IsDocker(MediaType);
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
