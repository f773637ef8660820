using BuildSharp.Linux;
using BuildSharp.Storage.Images;

namespace BuildSharp.Storage.Checking;

/// <summary>Finds what killed processes leave beside the records: staging directories, temporary files, and directories in which the
/// overlay driver tested the kernel.</summary>
internal static class LeftoverExamination
{
    /// <summary>Prefix of temporary files that replace other files by rename.</summary>
    internal const string Temporary = ".tmp-";

    internal static IEnumerable<Finding> Examine(StoreContents store) =>
    [
        .. Staged(store.Directories.Staging),
        .. Staged(store.Directories.LayerStaging),
        .. Chunked(Path.Combine(store.Directories.Home, "staging")),
        .. TemporaryFiles(store),
        .. Found(store.Directories.Home, name => store.Driver.ProbePrefixes.Any(probe => name.StartsWith(probe, StringComparison.Ordinal))),
    ];

    private static IEnumerable<Finding> Staged(string root)
    {
        if (FileStatus.TryOf(root, out _) && !Directory.Exists(root))
        {
            yield return new Finding(FindingKind.Damage, $"{root} is no directory, so nothing can be stored or removed; move it away");
        }

        foreach (var name in StoreContents.Entries(root).Select(entry => Suffix(entry.NameText)).OfType<string>().Distinct())
        {
            if (!FileLock.IsHeld(Path.Combine(root, "lock-" + name)))
            {
                var place = Path.Combine(root, "temp-dir-" + name);
                var what = InterruptedRemoval.Read(place) is { } removal ? $"the removal of image {removal.ImageId} was interrupted" : "staged by a process that is gone";
                yield return new Finding(FindingKind.Leftover, $"{place}: {what}")
                {
                    Remedy = new Remedy.RemoveStaged(root, name),
                };
            }
        }

        static string? Suffix(string name) =>
            name.StartsWith("lock-", StringComparison.Ordinal) ? name["lock-".Length..]
            : name.StartsWith("temp-dir-", StringComparison.Ordinal) ? name["temp-dir-".Length..]
            : null;
    }

    /// <summary>Staging directories of partial pulls (zstd:chunked) by other tools: a directory that contains a lock file.</summary>
    private static IEnumerable<Finding> Chunked(string root) =>
        from entry in StoreContents.Entries(root)
        let path = Path.Combine(root, entry.NameText)
        where File.Exists(Path.Combine(path, "staging.lock")) && !FileLock.IsHeld(Path.Combine(path, "staging.lock"))
        select new Finding(FindingKind.Leftover, $"{path}: staged by a process that is gone") { Remedy = new Remedy.RemovePath(path) };

    /// <summary>Temporary files that were to replace other files by rename. Every writer of these directories holds a lock that the check
    /// now holds. Directories of containers are not searched, because tools write to them without such a lock.</summary>
    private static IEnumerable<Finding> TemporaryFiles(StoreContents store)
    {
        IEnumerable<string> places =
        [
            store.Directories.Home, store.Directories.Layers, store.Directories.Images, store.Directories.Containers, store.Directories.RunLayers,
            .. store.Images.Items.Select(image => Path.Combine(store.Directories.Images, image.Id)),
        ];
        return places.SelectMany(place => Found(place, name => name.StartsWith(Temporary, StringComparison.Ordinal)));
    }

    private static IEnumerable<Finding> Found(string directory, Func<string, bool> isLeftover) =>
        from entry in StoreContents.Entries(directory)
        where isLeftover(entry.NameText)
        let path = Path.Combine(directory, entry.NameText)
        select new Finding(FindingKind.Leftover, $"{path}: left by a process that is gone") { Remedy = new Remedy.RemovePath(path) };
}
