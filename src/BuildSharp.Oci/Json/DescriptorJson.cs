using System.Text.Json;

namespace BuildSharp.Oci.Json;

/// <summary>JSON form of descriptors and platforms, in the field order of each format (Docker has size before digest).</summary>
internal static class DescriptorJson
{
    public static Descriptor Read(JsonFields fields) => new()
    {
        MediaType = fields.String("mediaType") ?? "",
        Digest = fields.RequiredDigest("digest"),
        Size = fields.Integer("size") is { } size and >= 0 ? size : throw fields.Error("a descriptor has no size"),
        Urls = fields.Strings("urls"),
        Annotations = fields.Map("annotations"),
        Data = fields.String("data") is { } data ? ReadData(fields, data) : (ReadOnlyMemory<byte>?)null,
        Platform = fields.Object("platform") is { } platform ? ReadPlatform(platform) : null,
        ArtifactType = fields.String("artifactType"),
    };

    public static void WriteOci(Utf8JsonWriter writer, Descriptor descriptor)
    {
        writer.WriteStartObject();
        writer.WriteString("mediaType", descriptor.MediaType);
        writer.WriteString("digest", descriptor.Digest.ToString());
        writer.WriteNumber("size", descriptor.Size);
        writer.WriteOptional("urls", descriptor.Urls);
        writer.WriteOptional("annotations", descriptor.Annotations);
        if (descriptor.Data is { } data)
        {
            writer.WriteBase64String("data", data.Span);
        }

        WritePlatform(writer, descriptor.Platform);
        writer.WriteOptional("artifactType", descriptor.ArtifactType);
        writer.WriteEndObject();
    }

    public static void WriteDocker(Utf8JsonWriter writer, Descriptor descriptor)
    {
        writer.WriteStartObject();
        writer.WriteString("mediaType", descriptor.MediaType);
        writer.WriteNumber("size", descriptor.Size);
        writer.WriteString("digest", descriptor.Digest.ToString());
        writer.WriteOptional("urls", descriptor.Urls);
        WritePlatform(writer, descriptor.Platform);
        writer.WriteEndObject();
    }

    private static Platform ReadPlatform(JsonFields fields) => new()
    {
        Architecture = fields.String("architecture") ?? "",
        Os = fields.String("os") ?? "",
        OsVersion = fields.String("os.version"),
        OsFeatures = fields.Strings("os.features"),
        Variant = fields.String("variant") is { Length: > 0 } variant ? variant : null,
    };

    private static void WritePlatform(Utf8JsonWriter writer, Platform? platform)
    {
        if (platform is null)
        {
            return;
        }

        writer.WriteStartObject("platform");
        writer.WriteString("architecture", platform.Architecture);
        writer.WriteString("os", platform.Os);
        writer.WriteOptional("os.version", platform.OsVersion);
        writer.WriteOptional("os.features", platform.OsFeatures);
        writer.WriteOptional("variant", platform.Variant);
        writer.WriteEndObject();
    }

    private static ReadOnlyMemory<byte> ReadData(JsonFields fields, string base64)
    {
        var data = new byte[base64.Length * 3 / 4 + 3];
        return Convert.TryFromBase64String(base64, data, out var length)
            ? data.AsMemory(0, length)
            : throw fields.Error("\"data\" of a descriptor is not base64");
    }
}
