using System.Text;
using BuildSharp.Containers.Adding;
using BuildSharp.Containers.Adding.Targets;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers;

public sealed partial class WorkingContainer
{
    /// <summary>Resolves the links in a path that need not exist, inside the container.</summary>
    /// <param name="path">Path from the container's root.</param>
    /// <returns>The path without links.</returns>
    /// <exception cref="BuildSharpException">The links form a cycle.</exception>
    public string ResolvePath(string path)
    {
        var mountPoint = Mount();
        try
        {
            using var root = DirectoryHandle.Open(mountPoint);
            return "/" + Encoding.UTF8.GetString(ResolvedPath.Of(root, Encoding.UTF8.GetBytes(path)));
        }
        catch (LinuxException e)
        {
            throw new BuildSharpException(e.Message, e);
        }
        finally
        {
            Unmount();
        }
    }

    /// <summary>Creates a directory and its parents with mode 0755; existing ones are unchanged. Links in the path are resolved inside the
    /// container.</summary>
    /// <param name="path">Path from the container's root.</param>
    /// <param name="user">Owner of new directories, <c>user[:group]</c>; empty for root.</param>
    /// <param name="mayBeFile">Whether an existing file at the path is accepted.</param>
    /// <exception cref="BuildSharpException">The user is unknown, or the path has a file where a directory is needed.</exception>
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

            var rules = new NewItemRules { Owner = user.Length == 0 ? (0, 0) : NewOwner.Resolve(root, user) };
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
