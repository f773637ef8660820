using System.Text.Json;
using BuildSharp.Oci;

namespace BuildSharp.Storage.Records;

/// <summary>Entries of images.json (containers/storage, images.go).</summary>
internal sealed class ImageFormat : RecordFormat<StoredImage>
{
    private static readonly Dictionary<string, long> NoSizes = [];
    private static readonly Dictionary<string, string> NoDigests = [];

    internal override StoredImage Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> file, RecordOrigin origin)
    {
        var start = (int)reader.TokenStartIndex;
        var id = "";
        string? layer = null, metadata = null;
        Digest digest = default;
        var created = Timestamp.GoZero;
        IReadOnlyList<string> names = [], history = [], mapped = [], bigData = [];
        IReadOnlyDictionary<string, long> sizes = NoSizes;
        IReadOnlyDictionary<string, string> digests = NoDigests;
        IReadOnlyList<RawField> flags = [];
        List<RawField>? unknown = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = JsonFields.ReadName(ref reader);
            reader.Read();
            switch (field)
            {
                case "id": id = JsonFields.ReadId(ref reader); break;
                case "digest": digest = JsonFields.ReadDigest(ref reader); break;
                case "names": names = JsonFields.ReadTexts(ref reader); break;
                case "names-history": history = DeferredTexts.Read(ref reader, file); break;
                case "layer": layer = JsonFields.ReadOptionalId(ref reader); break;
                case "mapped-layers": mapped = JsonFields.ReadTexts(ref reader); break;
                case "metadata": metadata = JsonFields.ReadOptionalText(ref reader); break;
                case "big-data-names": bigData = DeferredTexts.Read(ref reader, file); break;
                case "big-data-sizes": sizes = DeferredMap<long>.Read(ref reader, file, JsonFields.ReadNumbers); break;
                case "big-data-digests": digests = DeferredMap<string>.Read(ref reader, file, JsonFields.ReadTextMap); break;
                case "created": created = JsonFields.ReadTime(ref reader); break;
                case "flags": flags = JsonFields.ReadRawMap(ref reader, file); break;
                default: (unknown ??= []).Add(JsonFields.ReadRaw(ref reader, field, file)); break;
            }
        }

        return new StoredImage
        {
            Id = id,
            Digest = digest,
            Names = names,
            NamesHistory = history,
            TopLayer = layer,
            MappedLayers = mapped,
            Metadata = metadata,
            BigDataNames = bigData,
            BigDataSizes = sizes,
            BigDataDigests = digests,
            Created = created,
            Flags = flags,
            Unknown = unknown ?? [],
            IsReadOnly = origin.IsReadOnly,
            IsVolatile = origin.IsVolatile,
            StoreRoot = origin.StoreRoot,
            Raw = file[start..(int)reader.BytesConsumed],
        };
    }

    internal override void Write(Utf8JsonWriter json, StoredImage record)
    {
        json.WriteString("id"u8, record.Id);
        JsonFields.WriteText(json, "digest"u8, record.Digest.ToString());
        JsonFields.WriteTexts(json, "names"u8, record.Names);
        JsonFields.WriteTexts(json, "names-history"u8, record.NamesHistory);
        JsonFields.WriteText(json, "layer"u8, record.TopLayer);
        JsonFields.WriteTexts(json, "mapped-layers"u8, record.MappedLayers);
        JsonFields.WriteText(json, "metadata"u8, record.Metadata);
        JsonFields.WriteTexts(json, "big-data-names"u8, record.BigDataNames);
        JsonFields.WriteNumbers(json, "big-data-sizes"u8, record.BigDataSizes);
        JsonFields.WriteTextMap(json, "big-data-digests"u8, record.BigDataDigests);
        json.WriteString("created"u8, record.Created.ToString());
        JsonFields.WriteRawMap(json, "flags"u8, record.Flags);
    }
}
