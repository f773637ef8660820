using System.Buffers;
using System.Text.Json;
using BuildSharp.Linux;

namespace BuildSharp.Storage;

/// <summary>Which layers are mounted how often, in mountpoints.json of the run root (containers/storage, layers.go, mountpoints.json).</summary>
internal sealed class MountCounts
{
    private readonly string _file;

    internal MountCounts(object owner, string directory, IProgress<string>? debug)
    {
        _file = Path.Combine(directory, "mountpoints.json");
        Lock = new StoreLock(owner, LockRank.MountPoints, Path.Combine(directory, "mountpoints.lock"), debug);
    }

    internal StoreLock Lock { get; }

    /// <summary>The counts above zero; the lock is held.</summary>
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
            // Go's tools write null for an empty list.
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

    /// <summary>Writes the counts under the held write lock.</summary>
    internal void Save(StoreLock.Holding holding, IEnumerable<MountCount> counts)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(output, Oci.GoJson.Compact))
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

        // The run root does not outlive the machine, so nothing is gained by waiting for the disk.
        try
        {
            AtomicFile.Replace(_file, output.WrittenSpan, durable: false);
        }
        catch (Oci.BuildSharpException e) when (StoreErrors.IsNoSpace(e) && FileDescriptor.TryReadAll(_file)?.Length >= output.WrittenCount)
        {
            // Taking a count away must not need room: it is what unmounting and removing begin with.
            Overwrite(output.WrittenSpan);
        }
    }

    /// <summary>Writes the counts over the old ones, and blanks over what is longer there.</summary>
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

/// <summary>How often a layer is mounted.</summary>
/// <param name="LayerId">The layer.</param>
/// <param name="Path">Where.</param>
/// <param name="Count">How often; the real unmount comes with the last one.</param>
internal sealed record MountCount(string LayerId, string Path, int Count);
