namespace BuildSharp.Storage;

/// <summary>Data files of an image or a container, against what its record says of them.</summary>
internal static class DataFiles
{
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
