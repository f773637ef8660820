using System.Text.Json;

namespace BuildSharp.Oci;

/// <summary>A layer as Docker described it before schema 2: a directory of its id with <c>VERSION</c>, <c>json</c> and
/// <c>layer.tar</c>. <c>docker save</c> still writes these beside the rest.</summary>
/// <param name="Id">64 hexadecimal digits, derived from the layers below and, of the top one, from the config.</param>
/// <param name="DiffId">The content.</param>
/// <param name="Json">Content of the <c>json</c> member.</param>
public sealed record DockerLegacyLayer(string Id, DiffId DiffId, ReadOnlyMemory<byte> Json)
{
    private static readonly string[] TopFields =
        ["architecture", "config", "container", "container_config", "created", "docker_version", "os"];

    /// <summary>Derives the legacy layers of an image, lowest first.</summary>
    /// <param name="config">The config's bytes; the top layer repeats some of its fields.</param>
    /// <param name="diffIds">The layers, lowest first.</param>
    public static IReadOnlyList<DockerLegacyLayer> Of(ReadOnlyMemory<byte> config, IReadOnlyList<DiffId> diffIds)
    {
        using var document = JsonDocument.Parse(config);
        var layers = new List<DockerLegacyLayer>();
        var chain = default(ChainId);
        foreach (var diffId in diffIds)
        {
            chain = chain.Then(diffId);
            var fields = new SortedDictionary<string, Action<Utf8JsonWriter>>(StringComparer.Ordinal);
            if (layers.Count > 0)
            {
                var parent = layers[^1].Id;
                fields["parent"] = writer => writer.WriteStringValue(parent);
            }

            if (layers.Count == diffIds.Count - 1)
            {
                AddTopFields(fields, document.RootElement);
            }

            // The id is the hash of the object with the chain ID in place of the id.
            var chainText = chain.ToString();
            fields["layer_id"] = writer => writer.WriteStringValue(chainText);
            var id = Digest.Sha256(Write(fields)).Hex;
            fields.Remove("layer_id");
            fields["id"] = writer => writer.WriteStringValue(id);
            layers.Add(new DockerLegacyLayer(id, diffId, Write(fields)));
        }

        return layers;
    }

    private static void AddTopFields(SortedDictionary<string, Action<Utf8JsonWriter>> fields, JsonElement config)
    {
        foreach (var name in TopFields)
        {
            // The text as it stands: its order and escapes are the config's own.
            if (config.TryGetProperty(name, out var value))
            {
                fields[name] = writer => writer.WriteRawValue(value.GetRawText(), skipInputValidation: true);
            }
            else
            {
                fields[name] = writer => writer.WriteNullValue();
            }
        }
    }

    private static byte[] Write(SortedDictionary<string, Action<Utf8JsonWriter>> fields) => GoJson.ToBytes(writer =>
    {
        writer.WriteStartObject();
        foreach (var (name, write) in fields)
        {
            writer.WritePropertyName(name);
            write(writer);
        }

        writer.WriteEndObject();
    });
}
