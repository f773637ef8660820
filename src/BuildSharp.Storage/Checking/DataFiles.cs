using BuildSharp.Linux;

namespace BuildSharp.Storage;

/// <summary>Data files of an image or a container, against what its record says of them.</summary>
internal static class DataFiles
{
    /// <summary>Files that the record does not name. A file is written under the lock under which it is recorded, which we hold: its
    /// writer is dead.</summary>
    internal static IEnumerable<string> Strangers(string directory, IReadOnlyList<string> keys) =>
        StoreContents.Entries(directory).Select(entry => entry.NameText)
            .Except(keys.Select(BigDataName.FileName))
            .Where(name => !name.StartsWith(LeftoverExamination.Temporary, StringComparison.Ordinal))
            .Select(name => Path.Combine(directory, name));

    /// <summary>A file's content; null when there is none that can be read, and then <paramref name="problem"/> says why unless the file is
    /// only missing.</summary>
    internal static byte[]? TryRead(string path, out string? problem)
    {
        problem = null;
        try
        {
            return FileDescriptor.TryReadAll(path);
        }
        catch (LinuxException e)
        {
            problem = $"{path} cannot be read: {e.Reason}";
            return null;
        }
    }

    internal static IEnumerable<string> Problems(string directory, IReadOnlyList<string> keys, IReadOnlyDictionary<string, long> sizes)
    {
        foreach (var key in keys)
        {
            var file = new FileInfo(Path.Combine(directory, BigDataName.FileName(key)));
            if (!file.Exists)
            {
                yield return $"{file.FullName} ({key}) is missing";
            }
            else if (sizes.TryGetValue(key, out var size) && file.Length != size)
            {
                yield return $"{file.FullName} ({key}) has {file.Length} bytes instead of {size}";
            }
        }
    }
}
