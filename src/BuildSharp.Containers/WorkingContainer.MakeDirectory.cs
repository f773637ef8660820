using System.Text;
using BuildSharp.Containers.Adding;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers;

public sealed partial class WorkingContainer
{
    /// <summary>Follows the links on the way to a path that need not exist, inside the container.</summary>
    /// <param name="path">Path from the container's root.</param>
    /// <returns>The path without a link in it.</returns>
    /// <exception cref="BuildSharpException">The links go round in a circle.</exception>
    public string ResolvePath(string path)
    {
        var mountPoint = Mount();
        try
        {
            using var root = DirectoryHandle.Open(mountPoint);
            return "/" + Encoding.UTF8.GetString(ResolvedPath.Of(root, Encoding.UTF8.GetBytes(path)));
        }
        finally
        {
            Unmount();
        }
    }

    /// <summary>Makes a directory and those that lead to it, 0755; existing ones stay as they are. Links on the way are followed inside
    /// the container.</summary>
    /// <param name="path">Path from the container's root.</param>
    /// <param name="user"><c>user[:group]</c> that new ones belong to; empty for root.</param>
    /// <param name="mayBeFile">Whether a file that has the path may stay.</param>
    /// <exception cref="BuildSharpException">The user is unknown, or something that is no directory is in the way.</exception>
    public void MakeDirectory(string path, string user = "", bool mayBeFile = false)
    {
        var mountPoint = Mount();
        try
        {
            using var root = DirectoryHandle.Open(mountPoint);
            var resolved = ResolvedPath.Of(root, Encoding.UTF8.GetBytes(path));
            if (resolved.Length == 0)
            {
                return;
            }

            if (root.TryStat(resolved, out var status))
            {
                if (!status.IsDirectory && !mayBeFile)
                {
                    throw new BuildSharpException($"creating directory {path}: it exists and is not a directory");
                }

                return;
            }

            var rules = new NewItemRules { Owner = user.Length == 0 ? (0, 0) : AccountFiles.Read(root).Resolve(user) };
            new TargetTree(root, rules, independentTime: null).MakeDirectories(resolved).Dispose();
        }
        catch (LinuxException e)
        {
            throw new BuildSharpException($"creating directory {path}: {e.Message}", e);
        }
        finally
        {
            Unmount();
        }
    }
}
