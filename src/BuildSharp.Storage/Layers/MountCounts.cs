using System.Buffers;
using System.Text.Json;
using BuildSharp.Linux;
using BuildSharp.Storage.Locking;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Layers;

/// <summary>Mount counts of layers, in mountpoints.json of the run root (containers/storage, layers.go).</summary>
internal sealed class MountCounts
{
    private readonly string _file;

    internal MountCounts(object owner, string directory, IProgress<string>? debug)
    {
        _file = Path.Combine(directory, "mountpoints.json");
        Lock = new StoreLock(owner, LockRank.MountPoints, Path.Combine(directory, "mountpoints.lock"), debug);
    }

    internal StoreLock Lock { get; }

    /// <summary>The counts above zero. The caller holds the lock.</summary>
    internal List<MountCount> Read()
    {
        var counts = new List<MountCount>();
        byte[]? json;
        try
        {
            json = FileDescriptor.TryReadAll(_file);
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "read", _file);
        }

        if (json is null)
        {
            return counts;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            // The Go tools write null for an empty list.
            if (document.RootElement.ValueKind != JsonValueKind.Null)
            {
                foreach (var entry in document.RootElement.EnumerateArray())
                {
                    var path = entry.GetProperty("path").GetString()!;
                    var count = !entry.TryGetProperty("count", out var number) ? 0
                        : number.TryGetInt32(out var value) && value < int.MaxValue ? value
                        : throw new JsonException($"{number} is no count");
                    var id = entry.GetProperty("id").GetString()!;
                    if (count > 0 && path.Length > 0 && counts.TrueForAll(other => other.LayerId != id))
                    {
                        counts.Add(new MountCount(id, path, count));
                    }
                }
            }

            return counts;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw StoreErrors.CorruptCounts(_file, e);
        }
    }

    /// <summary>Writes the counts. The caller holds the write lock.</summary>
    internal void Save(StoreLock.Holding holding, IEnumerable<MountCount> counts)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(output, BuildSharp.Oci.Json.GoJson.Compact))
        {
            json.WriteStartArray();
            foreach (var count in counts.Where(count => count.Count > 0))
            {
                json.WriteStartObject();
                json.WriteString("id"u8, count.LayerId);
                json.WriteString("path"u8, count.Path);
                json.WriteNumber("count"u8, count.Count);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        holding.WriteToken();

        // The run root is emptied at boot, so the file need not be synchronised to disk.
        try
        {
            AtomicFile.Replace(_file, output.WrittenSpan, durable: false);
        }
        catch (BuildSharp.Oci.BuildSharpException e) when (StoreErrors.IsNoSpace(e) && FileDescriptor.TryReadAll(_file)?.Length >= output.WrittenCount)
        {
            // Unmounting and removing begin with lowering a count, so they must work on a full disk.
            Overwrite(output.WrittenSpan);
        }
    }

    /// <summary>Overwrites the file in place, and fills the rest of a longer old content with blanks.</summary>
    private void Overwrite(ReadOnlySpan<byte> json)
    {
        using var directory = DirectoryHandle.Open(Path.GetDirectoryName(_file)!);
        using var opened = directory.OpenFile(Path.GetFileName(_file), OpenFlags.ReadWrite);
        var content = new byte[FileDescriptor.Stat(opened).Size];
        content.AsSpan().Fill((byte)' ');
        json.CopyTo(content);
        FileDescriptor.WriteAt(opened, content, 0);
    }
}

/// <summary>Mount count of one layer.</summary>
/// <param name="LayerId">The layer.</param>
/// <param name="Path">The mount point.</param>
/// <param name="Count">Number of mounts; the layer is unmounted when it drops to zero.</param>
internal sealed record MountCount(string LayerId, string Path, int Count);
