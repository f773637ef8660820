using System.Text;
using System.Text.Json;
using BuildSharp.Linux;

namespace BuildSharp.Storage.Records;

/// <summary>Removes records from a list, or marks them incomplete, without allocating disk space: on a full disk no new file can be
/// written, and removing is what frees space. Each change is one short write that leaves valid JSON, with blanks in place of a removed
/// record.</summary>
internal sealed class InPlaceRemoval
{
    private const byte Blank = (byte)' ';
    private readonly string _path;
    private readonly List<(int Offset, byte[] Bytes)> _writes;

    private InPlaceRemoval(string path, List<(int, byte[])> writes)
    {
        _path = path;
        _writes = writes;
    }

    /// <summary>Plans the writes.</summary>
    /// <param name="path">The current list file.</param>
    /// <param name="now">The records in the file.</param>
    /// <param name="next">The records to keep.</param>
    /// <returns>Null when the change is more than removing and marking records.</returns>
    internal static InPlaceRemoval? Plan<T>(string path, RecordSet<T> now, IReadOnlyList<T> next)
        where T : StoredRecord
    {
        if (FileDescriptor.TryReadAll(path) is not { } file)
        {
            return null;
        }

        var wanted = next.DistinctBy(record => record.Id).ToDictionary(record => record.Id, StringComparer.Ordinal);
        var writes = new List<(int, byte[])>();
        var places = Places(file);
        var seen = 0;
        for (var index = 0; index < places.Count; index++)
        {
            var (id, start, end) = places[index];
            if (!wanted.TryGetValue(id, out var record))
            {
                writes.Add(Removal(places, seen > 0, index));
                continue;
            }

            seen++;
            if (!ReferenceEquals(record, now.ById(id)))
            {
                var mark = record is StoredLayer { IsIncomplete: true } layer ? Mark(layer) : null;
                if (mark is null || mark.Length > end - start)
                {
                    return null;
                }

                writes.Add((start, [.. mark, .. Enumerable.Repeat(Blank, end - start - mark.Length)]));
            }
        }

        return seen == wanted.Count ? new InPlaceRemoval(path, writes) : null;
    }

    internal void Apply()
    {
        try
        {
            using var directory = DirectoryHandle.Open(Path.GetDirectoryName(_path)!);
            using var file = directory.OpenFile(Path.GetFileName(_path), OpenFlags.ReadWrite);
            foreach (var (offset, bytes) in _writes)
            {
                FileDescriptor.WriteAt(file, bytes, offset);
                FileDescriptor.SyncData(file);
            }
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "write", _path);
        }
    }

    /// <summary>Blanks over a record and one comma: the one before it, or for the first remaining record the one after it.</summary>
    private static (int Offset, byte[] Bytes) Removal(List<(string Id, int Start, int End)> places, bool hasEarlier, int index)
    {
        var start = hasEarlier ? places[index - 1].End : places[index].Start;
        var end = !hasEarlier && index + 1 < places.Count ? places[index + 1].Start : places[index].End;
        return (start, [.. Enumerable.Repeat(Blank, end - start)]);
    }

    /// <summary>The fields of a layer record that are needed to finish its removal.</summary>
    private static byte[] Mark(StoredLayer layer) => Encoding.ASCII.GetBytes(layer.Parent is { } parent
        ? $"{{\"id\":\"{layer.Id}\",\"parent\":\"{parent}\",\"flags\":{{\"incomplete\":true}}}}"
        : $"{{\"id\":\"{layer.Id}\",\"flags\":{{\"incomplete\":true}}}}");

    private static List<(string Id, int Start, int End)> Places(byte[] file)
    {
        var places = new List<(string, int, int)>();
        var reader = new Utf8JsonReader(file);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var start = (int)reader.TokenStartIndex;
            var copy = reader;
            reader.Skip();
            using var record = JsonDocument.ParseValue(ref copy);
            places.Add((record.RootElement.GetProperty("id").GetString()!, start, (int)reader.BytesConsumed));
        }

        return places;
    }
}
