using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Containers.Adding;

/// <summary>A directory that content is put into. It is made when the first thing needs it: a directory that an ignore file leaves
/// out may hold something that comes back in.</summary>
internal sealed class TargetDirectory : IDisposable
{
    private const int MostOpen = 8;

    private readonly TargetTree tree;
    private readonly TargetDirectory? parent;
    private readonly bool replaces;
    private DirectoryHandle? handle;
    private bool isThere;

    private TargetDirectory(TargetTree tree, TargetDirectory? parent, byte[] path, DirectoryHandle? handle, bool replaces)
    {
        this.tree = tree;
        this.parent = parent;
        this.handle = handle;
        isThere = handle is not null;
        this.replaces = replaces;
        Path = path;
    }

    /// <summary>Path from the container's root; may lead through links.</summary>
    public byte[] Path { get; }

    /// <summary>The directory, made now if it was missing.</summary>
    public DirectoryHandle Handle
    {
        get
        {
            if (handle is not null)
            {
                return handle;
            }

            if (!isThere)
            {
                MakeWay();
                handle = Open();
                isThere = true;
            }
            else
            {
                handle = tree.Root.OpenDirectory(Path, followLinks: true);
            }

            CloseFar();
            return handle;
        }
    }

    /// <summary>A directory that exists.</summary>
    public static TargetDirectory Existing(TargetTree tree, byte[] path, DirectoryHandle handle) => new(tree, null, path, handle, replaces: false);

    /// <summary>A directory inside this one that may have to be made.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="replaces">Whether something else that has the name gives way, as it does to a directory that is copied; a directory
    /// that is only on the way takes nobody's place.</param>
    /// <exception cref="BuildSharpException">It would be deeper than a directory in an image may be.</exception>
    public TargetDirectory Child(byte[] name, bool replaces = true)
    {
        NameLimits.Require(Path, name);
        return new TargetDirectory(tree, this, SourcePattern.Join(Path, name), null, replaces);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        handle?.Dispose();
        handle = null;
    }

    // The directories above that are to be made, the uppermost first.
    private void MakeWay()
    {
        var way = new Stack<TargetDirectory>();
        for (var above = parent; above is { isThere: false }; above = above.parent)
        {
            way.Push(above);
        }

        while (way.TryPop(out var above))
        {
            _ = above.Handle;
        }
    }

    // Only so many levels stay open: a tree may be deeper than a process may have descriptors. One that is needed again is opened by its path.
    private void CloseFar()
    {
        var far = this;
        for (var level = 0; level < MostOpen && far is not null; level++)
        {
            far = far.parent;
        }

        if (far?.parent is not null)
        {
            far.handle?.Dispose();
            far.handle = null;
        }
    }

    // A link to a directory stands for the directory.
    private DirectoryHandle Open()
    {
        var above = parent!.Handle;
        var name = Path.AsSpan(Path.AsSpan().LastIndexOf((byte)'/') + 1);
        if (above.TryStat(name, out var status))
        {
            if (status.IsDirectory)
            {
                tree.Note(Path, isContent: replaces);
                return above.OpenDirectory(name);
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

        tree.Note(Path, isContent: replaces);
        above.MakeDirectory(name, 0x1C0);
        var made = above.OpenDirectory(name);
        tree.PrepareParent(made);
        return made;
    }
}
