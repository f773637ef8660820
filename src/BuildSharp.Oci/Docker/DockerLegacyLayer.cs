using System.Text.Json;
using BuildSharp.Oci.Json;

namespace BuildSharp.Oci.Docker;

/// <summary>A layer in Docker's format before schema 2: a directory named by its id with the files <c>VERSION</c>, <c>json</c> and
/// <c>layer.tar</c>. <c>docker save</c> still writes these for old readers.</summary>
/// <param name="Id">64 hexadecimal digits, derived from the layers below and, for the top layer, from the config.</param>
/// <param name="DiffId">Hash of the layer's tar.</param>
/// <param name="Json">Content of the <c>json</c> file.</param>
public sealed record DockerLegacyLayer(string Id, DiffId DiffId, ReadOnlyMemory<byte> Json)
{
    private static readonly string[] TopFields =
        ["architecture", "config", "container", "container_config", "created", "docker_version", "os"];

    /// <summary>Derives the legacy layers of an image, lowest first.</summary>
    /// <param name="config">Bytes of the config; some of its fields are repeated in the top layer.</param>
    /// <param name="diffIds">Hashes of the layers, lowest first.</param>
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

            // The id is the hash of this object with the chain ID in the field "id".
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
            // Copy the original text, because order and escapes affect the hash.
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
