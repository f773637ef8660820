using System.Text.Json;
using BuildSharp.Oci;

namespace BuildSharp.Storage.Records;

/// <summary>Entries of containers.json and volatile-containers.json (containers/storage, containers.go).</summary>
internal sealed class ContainerFormat : RecordFormat<StoredContainer>
{
    private static readonly Dictionary<string, long> NoSizes = [];
    private static readonly Dictionary<string, string> NoDigests = [];

    internal override StoredContainer Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> file, RecordOrigin origin)
    {
        var start = (int)reader.TokenStartIndex;
        string id = "", layer = "";
        string? image = null, metadata = null;
        var created = Timestamp.GoZero;
        IReadOnlyList<string> names = [], bigData = [];
        IReadOnlyDictionary<string, long> sizes = NoSizes;
        IReadOnlyDictionary<string, string> digests = NoDigests;
        IReadOnlyList<IdMapping> uidMap = [], gidMap = [];
        IReadOnlyList<RawField> flags = [];
        List<RawField>? unknown = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = JsonFields.ReadName(ref reader);
            reader.Read();
            switch (field)
            {
                case "id": id = JsonFields.ReadId(ref reader); break;
                case "names": names = JsonFields.ReadTexts(ref reader); break;
                case "image": image = JsonFields.ReadOptionalId(ref reader); break;
                case "layer": layer = JsonFields.ReadId(ref reader); break;
                case "metadata": metadata = JsonFields.ReadOptionalText(ref reader); break;
                case "big-data-names": bigData = JsonFields.ReadTexts(ref reader); break;
                case "big-data-sizes": sizes = JsonFields.ReadNumbers(ref reader); break;
                case "big-data-digests": digests = JsonFields.ReadTextMap(ref reader); break;
                case "created": created = JsonFields.ReadTime(ref reader); break;
                case "uidmap": uidMap = JsonFields.ReadMappings(ref reader); break;
                case "gidmap": gidMap = JsonFields.ReadMappings(ref reader); break;
                case "flags": flags = JsonFields.ReadRawMap(ref reader, file); break;
                default: (unknown ??= []).Add(JsonFields.ReadRaw(ref reader, field, file)); break;
            }
        }

        return new StoredContainer
        {
            Id = id,
            Names = names,
            ImageId = image,
            LayerId = layer,
            Metadata = metadata,
            BigDataNames = bigData,
            BigDataSizes = sizes,
            BigDataDigests = digests,
            Created = created,
            UidMap = uidMap,
            GidMap = gidMap,
            Flags = flags,
            Unknown = unknown ?? [],
            IsReadOnly = origin.IsReadOnly,
            IsVolatile = origin.IsVolatile,
            StoreRoot = origin.StoreRoot,
            Raw = file[start..(int)reader.BytesConsumed],
        };
    }

    internal override void Write(Utf8JsonWriter json, StoredContainer record)
    {
        json.WriteString("id"u8, record.Id);
        JsonFields.WriteTexts(json, "names"u8, record.Names);
        json.WriteString("image"u8, record.ImageId ?? "");
        json.WriteString("layer"u8, record.LayerId);
        JsonFields.WriteText(json, "metadata"u8, record.Metadata);
        JsonFields.WriteTexts(json, "big-data-names"u8, record.BigDataNames);
        JsonFields.WriteNumbers(json, "big-data-sizes"u8, record.BigDataSizes);
        JsonFields.WriteTextMap(json, "big-data-digests"u8, record.BigDataDigests);
        json.WriteString("created"u8, record.Created.ToString());
        JsonFields.WriteMappings(json, "uidmap"u8, record.UidMap);
        JsonFields.WriteMappings(json, "gidmap"u8, record.GidMap);
        JsonFields.WriteRawMap(json, "flags"u8, record.Flags);
    }
}
