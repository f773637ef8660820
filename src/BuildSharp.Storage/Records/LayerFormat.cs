using System.Text.Json;
using BuildSharp.Oci;

namespace BuildSharp.Storage.Records;

/// <summary>Entries of layers.json and volatile-layers.json (containers/storage, layers.go).</summary>
internal sealed class LayerFormat : RecordFormat<StoredLayer>
{
    internal override StoredLayer Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> file, RecordOrigin origin)
    {
        var start = (int)reader.TokenStartIndex;
        var id = "";
        string? parent = null, label = null, metadata = null, toc = null;
        Digest compressed = default, diff = default;
        long compressedSize = 0, diffSize = 0, compression = 0;
        var created = Timestamp.GoZero;
        IReadOnlyList<string> names = [], bigData = [];
        IReadOnlyList<uint> uids = [], gids = [];
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
                case "parent": parent = JsonFields.ReadOptionalId(ref reader); break;
                case "metadata": metadata = JsonFields.ReadOptionalText(ref reader); break;
                case "mountlabel": label = JsonFields.ReadOptionalText(ref reader); break;
                case "created": created = JsonFields.ReadTime(ref reader); break;
                case "compressed-diff-digest": compressed = JsonFields.ReadDigest(ref reader); break;
                case "compressed-size": compressedSize = JsonFields.ReadNumber(ref reader); break;
                case "diff-digest": diff = JsonFields.ReadDigest(ref reader); break;
                case "diff-size": diffSize = JsonFields.ReadNumber(ref reader); break;
                case "toc-digest": toc = JsonFields.ReadOptionalText(ref reader); break;
                case "compression": compression = JsonFields.ReadNumber(ref reader); break;
                case "uidset": uids = JsonFields.ReadIds(ref reader); break;
                case "gidset": gids = JsonFields.ReadIds(ref reader); break;
                case "flags": flags = JsonFields.ReadRawMap(ref reader, file); break;
                case "uidmap": uidMap = JsonFields.ReadMappings(ref reader); break;
                case "gidmap": gidMap = JsonFields.ReadMappings(ref reader); break;
                case "big-data-names": bigData = JsonFields.ReadTexts(ref reader); break;
                default: (unknown ??= []).Add(JsonFields.ReadRaw(ref reader, field, file)); break;
            }
        }

        return new StoredLayer
        {
            Id = id,
            Names = names,
            Parent = parent,
            Metadata = metadata,
            MountLabel = label,
            Created = created,
            CompressedDigest = compressed,
            CompressedSize = compressedSize,
            DiffId = new DiffId(diff),
            DiffSize = diffSize,
            TocDigest = toc,
            Compression = (int)compression,
            Uids = uids,
            Gids = gids,
            Flags = flags,
            UidMap = uidMap,
            GidMap = gidMap,
            BigDataNames = bigData,
            Unknown = unknown ?? [],
            IsReadOnly = origin.IsReadOnly,
            IsVolatile = origin.IsVolatile,
            StoreRoot = origin.StoreRoot,
            Raw = file[start..(int)reader.BytesConsumed],
        };
    }

    internal override void Write(Utf8JsonWriter json, StoredLayer record)
    {
        json.WriteString("id"u8, record.Id);
        JsonFields.WriteTexts(json, "names"u8, record.Names);
        JsonFields.WriteText(json, "parent"u8, record.Parent);
        JsonFields.WriteText(json, "metadata"u8, record.Metadata);
        JsonFields.WriteText(json, "mountlabel"u8, record.MountLabel);
        json.WriteString("created"u8, record.Created.ToString());
        JsonFields.WriteText(json, "compressed-diff-digest"u8, record.CompressedDigest.ToString());
        JsonFields.WriteNumber(json, "compressed-size"u8, record.CompressedSize);
        JsonFields.WriteText(json, "diff-digest"u8, record.DiffId.ToString());
        JsonFields.WriteNumber(json, "diff-size"u8, record.DiffSize);
        JsonFields.WriteText(json, "toc-digest"u8, record.TocDigest);
        JsonFields.WriteNumber(json, "compression"u8, record.Compression);
        JsonFields.WriteIds(json, "uidset"u8, record.Uids);
        JsonFields.WriteIds(json, "gidset"u8, record.Gids);
        JsonFields.WriteRawMap(json, "flags"u8, record.Flags);
        JsonFields.WriteMappings(json, "uidmap"u8, record.UidMap);
        JsonFields.WriteMappings(json, "gidmap"u8, record.GidMap);
        JsonFields.WriteTexts(json, "big-data-names"u8, record.BigDataNames);
    }
}
