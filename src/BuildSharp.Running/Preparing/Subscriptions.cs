using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Runtimes;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Preparing;

/// <summary>Files of the host that every command sees as copies, such as the entitlements of a distribution
/// (containers-mounts.conf(5)).</summary>
/// <param name="bundle">Holds the copies.</param>
/// <param name="warn">Shows a warning; null to show none.</param>
internal sealed class Subscriptions(Bundle bundle, Action<string>? warn)
{
    private int _count;

    /// <summary>Copies what the first existing file lists, and returns the mounts of the copies.</summary>
    /// <param name="files">Absolute paths of lists, with lines <c>HOST[:CONTAINER]</c>; missing ones are skipped.</param>
    /// <exception cref="BuildSharpException">A list or a listed file cannot be read.</exception>
    public IReadOnlyList<SpecMount> Prepare(IEnumerable<string> files)
    {
        if (files.FirstOrDefault(File.Exists) is not { } file)
        {
            return [];
        }

        var mounts = new List<SpecMount>();
        foreach (var line in Lines(file))
        {
            var parts = line.Split(':', 2);
            var (source, destination) = (parts[0], ContainerPaths.Normalise(parts[^1]));
            if (!Path.Exists(source))
            {
                warn?.Invoke($"{file}: {source} does not exist and is not mounted");
                continue;
            }

            var copy = Path.Combine(bundle.Path, $"subscription{_count++}");
            Copy(source, copy);
            mounts.Add(new SpecMount(destination, "bind", copy, ["bind", "rprivate"]));
        }

        return mounts;
    }

    // Lines of other forms are comments.
    private static IReadOnlyList<string> Lines(string file)
    {
        try
        {
            return [.. File.ReadLines(file).Select(line => line.Trim()).Where(line => line.StartsWith('/'))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"reading the mounts in {file}: {error.Message}", error);
        }
    }

    // Links are followed: what they lead to is not in the container.
    private static void Copy(string source, string target)
    {
        try
        {
            if (Directory.Exists(source))
            {
                Directory.CreateDirectory(target, File.GetUnixFileMode(source));
                foreach (var entry in Directory.EnumerateFileSystemEntries(source).Where(Path.Exists))
                {
                    Copy(entry, Path.Combine(target, Path.GetFileName(entry)));
                }
            }
            else if (FileStatus.TryOf(source, out var status, followLinks: true) && status.IsRegular)
            {
                File.Copy(source, target);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"copying {source} of mounts.conf: {error.Message}", error);
        }
    }
}
