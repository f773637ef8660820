using BuildSharp.Linux;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Checking;

/// <summary>Compares the data files of an image or a container with what its record says about them.</summary>
internal static class DataFiles
{
    /// <summary>Files that the record does not name. A file is written under the same lock as its record. The check holds that lock, so the
    /// process that wrote the file has ended.</summary>
    internal static IEnumerable<string> Strangers(string directory, IReadOnlyList<string> keys) =>
        StoreContents.Entries(directory).Select(entry => entry.NameText)
            .Except(keys.Select(BigDataName.FileName))
            .Where(name => !name.StartsWith(LeftoverExamination.Temporary, StringComparison.Ordinal))
            .Select(name => Path.Combine(directory, name));

    /// <summary>Content of a file. Null when it is missing or cannot be read; in the second case <paramref name="problem"/> says
    /// why.</summary>
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
