using BuildSharp.Containers.Adding.Targets;
using BuildSharp.Linux;

namespace BuildSharp.Containers.Adding.Sources;

/// <summary>Copies an item with its parent directories (<c>--parents</c>), which keep the attributes of the source.</summary>
internal sealed class ParentsCopy(TreeCopy copy, DirectoryHandle root)
{
    /// <param name="item">The item.</param>
    /// <param name="real">Its path without links.</param>
    /// <param name="top">Directory that receives the first parent directory.</param>
    public void Copy(SourceItem item, byte[] real, TargetDirectory? top)
    {
        var below = item.PathBelowPivot;
        var opened = new Stack<(TargetDirectory? Directory, FileStatus Status)>();
        var into = top;
        for (var slash = below.AsSpan().IndexOf((byte)'/'); slash >= 0; slash = Next(below, slash))
        {
            var name = below[..slash];
            var source = item.Path[..(item.Path.Length - below.Length + slash)];
            using var handle = root.OpenDirectory(source, followLinks: true);
            var status = handle.Stat();
            into = into?.Child(name[(name.AsSpan().LastIndexOf((byte)'/') + 1)..]);
            opened.Push((into, status));
            copy.AddDirectory(handle, status, name, into);
        }

        if (item.Status.IsDirectory)
        {
            using var handle = root.OpenDirectory(item.Path.Length == 0 ? "."u8 : item.Path, followLinks: true);
            if (below.Length == 0)
            {
                copy.CopyContent(handle, real, [], into);
            }
            else
            {
                copy.CopyDirectory(handle, item.Status, real, below, into, contentOnly: false);
            }
        }
        else
        {
            using var parent = AddCall.OpenParent(root, real);
            copy.CopyOne(parent, real[(real.AsSpan().LastIndexOf((byte)'/') + 1)..], item.Status, below, into);
        }

        while (opened.TryPop(out var directory))
        {
            copy.FinishDirectory(directory.Status, directory.Directory);
            directory.Directory?.Dispose();
        }
    }

    private static int Next(byte[] path, int slash) =>
        path.AsSpan(slash + 1).IndexOf((byte)'/') is var next and >= 0 ? slash + 1 + next : -1;
}
