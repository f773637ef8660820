using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Adding;

/// <summary>A directory that content is put into. It is made when the first thing needs it: a directory that an ignore file leaves
/// out may hold something that comes back in.</summary>
internal sealed class TargetDirectory : IDisposable
{
    private readonly TargetTree tree;
    private readonly TargetDirectory? parent;
    private readonly bool replaces;
    private DirectoryHandle? handle;

    private TargetDirectory(TargetTree tree, TargetDirectory? parent, byte[] path, DirectoryHandle? handle, bool replaces)
    {
        this.tree = tree;
        this.parent = parent;
        this.handle = handle;
        this.replaces = replaces;
        Path = path;
    }

    /// <summary>Path from the container's root; may lead through links.</summary>
    public byte[] Path { get; }

    /// <summary>The directory, made now if it was missing.</summary>
    public DirectoryHandle Handle => handle ??= Open();

    /// <summary>A directory that exists.</summary>
    public static TargetDirectory Existing(TargetTree tree, byte[] path, DirectoryHandle handle) => new(tree, null, path, handle, replaces: false);

    /// <summary>A directory inside this one that may have to be made.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="replaces">Whether something else that has the name gives way, as it does to a directory that is copied; a directory
    /// that is only on the way takes nobody's place.</param>
    public TargetDirectory Child(byte[] name, bool replaces = true) => new(tree, this, SourcePattern.Join(Path, name), null, replaces);

    /// <inheritdoc/>
    public void Dispose() => handle?.Dispose();

    // A link to a directory stands for the directory.
    private DirectoryHandle Open()
    {
        var above = parent!.Handle;
        var name = Path.AsSpan(Path.AsSpan().LastIndexOf((byte)'/') + 1);
        if (above.TryStat(name, out var status))
        {
            if (status.IsDirectory)
            {
                var found = above.OpenDirectory(name);
                if (tree.IsIndependent && tree.NoteOwn(Path) && !replaces)
                {
                    tree.PrepareParent(found);
                }

                return found;
            }

            // Resolved from the container's root, where absolute links start.
            if (status.IsSymbolicLink && !tree.IsIndependent && tree.Root.TryOpenDirectory(Path, followLinks: true) is { } behind)
            {
                return behind;
            }

            if (!replaces && !tree.IsIndependent)
            {
                throw new BuildSharpException($"/{Encoding.UTF8.GetString(Path)} already exists but is not a directory");
            }

            above.RemoveTree(name);
        }

        if (tree.IsIndependent)
        {
            tree.NoteOwn(Path);
        }

        above.MakeDirectory(name, 0x1C0);
        var made = above.OpenDirectory(name);
        tree.PrepareParent(made);
        return made;
    }
}
