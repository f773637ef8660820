using System.Text;
using BuildSharp.Containers.Committing;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Containers;

// Files that a commit adds to the image but not to the container (commit --add-file).
public sealed partial class WorkingContainer
{
    private IReadOnlyList<AddedEntry> AddedEntries(CommitRequest request)
    {
        if (request.AddedFiles.Count == 0)
        {
            return [];
        }

        var entries = new List<AddedEntry>();
        var mountPoint = Mount();
        try
        {
            using var root = DirectoryHandle.Open(mountPoint);
            foreach (var (destination, source) in request.AddedFiles)
            {
                var path = ResolvedPath.Of(root, Encoding.UTF8.GetBytes(destination));
                if (path.Length == 0 || (root.TryStat(path, out var there) && there.IsDirectory))
                {
                    throw new BuildSharpException($"adding {source} to the image as {destination}: there is a directory in the container; name the file in it");
                }

                entries.AddRange(AddedEntry.For(root, path, source, request.SourceDateEpoch ?? Timestamp.From(_time.GetUtcNow())));
            }
        }
        catch (LinuxException e)
        {
            throw new BuildSharpException($"adding files to the image: {e.Message}", e);
        }
        finally
        {
            Unmount();
        }

        // Several files may share parent directories.
        return [.. entries.DistinctBy(entry => Convert.ToHexString(entry.Header.Name))];
    }
}
