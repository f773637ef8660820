using System.Text.Json;
using BuildSharp.Oci.Json;

namespace BuildSharp.Oci;

public sealed partial record ImageConfig
{
    private const string What = "image config";

    /// <summary>Parses a config in either format; fields of the other format are absent.</summary>
    /// <param name="json">The whole config, at most <see cref="SizeLimit"/> bytes.</param>
    /// <exception cref="BuildSharpException">Invalid JSON, a field of a wrong type, or an unknown type of root file system.</exception>
    public static ImageConfig Parse(ReadOnlySpan<byte> json) => StrictJson.Read(json, SizeLimit, What, Read);

    /// <summary>Parses a config inside a larger document, such as the state of a working container.</summary>
    /// <exception cref="BuildSharpException">As <see cref="Parse(ReadOnlySpan{byte})"/>.</exception>
    public static ImageConfig Parse(JsonElement element) => Read(JsonFields.Of(element, What));

    /// <summary>The OCI form, byte for byte as the Go tools write it; fields that only Docker has are left out.</summary>
    public byte[] ToOciJson() => GoJson.ToBytes(WriteOci);

    /// <summary>The Docker form, byte for byte as buildah writes it.</summary>
    public byte[] ToDockerJson() => GoJson.ToBytes(WriteDocker);

    /// <summary>Writes the OCI form as one JSON value.</summary>
    public void WriteOci(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteOptional("created", Created?.ToString());
        writer.WriteOptional("author", Author);
        writer.WriteString("architecture", Architecture);
        writer.WriteString("os", Os);
        writer.WriteOptional("os.version", OsVersion);
        writer.WriteOptional("os.features", OsFeatures);
        writer.WriteOptional("variant", Variant);
        writer.WritePropertyName("config");
        Config.WriteOci(writer);
        WriteRootFs(writer);
        WriteHistory(writer, docker: false);
        writer.WriteEndObject();
    }

    /// <summary>Writes the Docker form as one JSON value.</summary>
    public void WriteDocker(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteOptional("comment", Comment);
        writer.WriteString("created", (Created ?? Timestamp.GoZero).ToString());
        writer.WriteOptional("container", Container);
        writer.WritePropertyName("container_config");
        (ContainerConfigSnapshot ?? Config).WriteDocker(writer);
        writer.WriteOptional("docker_version", DockerVersion);
        writer.WriteOptional("author", Author);
        writer.WritePropertyName("config");
        Config.WriteDocker(writer);
        writer.WriteOptional("architecture", Architecture);
        writer.WriteOptional("variant", Variant);
        writer.WriteOptional("os", Os);
        writer.WriteOptional("parent", Parent);
        WriteRootFs(writer);
        WriteHistory(writer, docker: true);
        writer.WriteOptional("os.version", OsVersion);
        writer.WriteOptional("os.features", OsFeatures);
        writer.WriteEndObject();
    }

    private static ImageConfig Read(JsonFields fields)
    {
        var rootFs = fields.Object("rootfs");
        if (rootFs?.String("type") is { Length: > 0 } and not "layers" and var type)
        {
            throw fields.Error($"\"rootfs\" is of type \"{type}\"; only \"layers\" is known");
        }

        return new ImageConfig
        {
            Created = fields.Time("created"),
            Author = fields.String("author"),
            Architecture = fields.String("architecture") ?? "",
            Os = fields.String("os") ?? "",
            Variant = fields.String("variant") is { Length: > 0 } variant ? variant : null,
            OsVersion = fields.String("os.version"),
            OsFeatures = fields.Strings("os.features"),
            Config = fields.Object("config") is { } config ? ContainerConfig.Read(config) : new ContainerConfig(),
            DiffIds = [.. (rootFs?.Digests("diff_ids") ?? []).Select(digest => new DiffId(digest))],
            History = [.. fields.Objects("history").Select(BuildSharp.Oci.History.Read)],
            Comment = fields.String("comment"),
            DockerVersion = fields.String("docker_version"),
            Parent = fields.String("parent"),
            Container = fields.String("container"),
            ContainerConfigSnapshot = fields.Object("container_config") is { } snapshot ? ContainerConfig.Read(snapshot) : null,
        };
    }

    private void WriteRootFs(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("rootfs");
        writer.WriteString("type", "layers");
        writer.WriteStartArray("diff_ids");
        foreach (var layer in DiffIds)
        {
            writer.WriteStringValue(layer.ToString());
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WriteHistory(Utf8JsonWriter writer, bool docker)
    {
        if (History.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("history");
        foreach (var entry in History)
        {
            entry.Write(writer, docker);
        }

        writer.WriteEndArray();
    }
}
