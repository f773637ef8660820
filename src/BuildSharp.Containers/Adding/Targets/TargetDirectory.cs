using System.Text;
using BuildSharp.Containers.Adding.Sources;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Containers.Adding.Targets;

/// <summary>A directory that receives content. It is created with the first item in it: an ignored directory is needed only when an
/// exception includes a file below it.</summary>
internal sealed class TargetDirectory : IDisposable
{
    private const int MostOpen = 8;

    private readonly TargetTree _tree;
    private readonly TargetDirectory? _parent;
    private readonly bool _replaces;
    private DirectoryHandle? _handle;
    private bool _isThere;

    private TargetDirectory(TargetTree tree, TargetDirectory? parent, byte[] path, DirectoryHandle? handle, bool replaces)
    {
        _tree = tree;
        _parent = parent;
        _handle = handle;
        _isThere = handle is not null;
        _replaces = replaces;
        Path = path;
    }

    /// <summary>Path from the container's root; may contain links.</summary>
    public byte[] Path { get; }

    /// <summary>The opened directory; created on first use.</summary>
    public DirectoryHandle Handle
    {
        get
        {
            if (_handle is not null)
            {
                return _handle;
            }

            if (!_isThere)
            {
                MakeWay();
                _handle = Open();
                _isThere = true;
            }
            else
            {
                _handle = _tree.Root.OpenDirectory(Path, followLinks: true);
            }

            CloseFar();
            return _handle;
        }
    }

    /// <summary>An existing directory.</summary>
    public static TargetDirectory Existing(TargetTree tree, byte[] path, DirectoryHandle handle) => new(tree, null, path, handle, replaces: false);

    /// <summary>A directory in this one, created on first use.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="replaces">Whether it replaces another kind of file with that name. True for a copied directory, false for a parent
    /// directory.</param>
    /// <exception cref="BuildSharpException">The path would be longer or deeper than an image allows.</exception>
    public TargetDirectory Child(byte[] name, bool replaces = true)
    {
        NameLimits.Require(Path, name);
        return new TargetDirectory(_tree, this, SourcePattern.Join(Path, name), null, replaces);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _handle?.Dispose();
        _handle = null;
    }

    // Creates the missing parent directories, the uppermost first.
    private void MakeWay()
    {
        var way = new Stack<TargetDirectory>();
        for (var above = _parent; above is { _isThere: false }; above = above._parent)
        {
            way.Push(above);
        }

        while (way.TryPop(out var above))
        {
            _ = above.Handle;
        }
    }

    // Keeps a limited number of levels open, because a tree may be deeper than the limit of open files. A closed level is reopened by path.
    private void CloseFar()
    {
        var far = this;
        for (var level = 0; level < MostOpen && far is not null; level++)
        {
            far = far._parent;
        }

        if (far?._parent is not null)
        {
            far._handle?.Dispose();
            far._handle = null;
        }
    }

    // A link to a directory is used like the directory.
    private DirectoryHandle Open()
    {
        var above = _parent!.Handle;
        var name = Path.AsSpan(Path.AsSpan().LastIndexOf((byte)'/') + 1);
        if (above.TryStat(name, out var status))
        {
            if (status.IsDirectory)
            {
                _tree.Note(Path, isContent: _replaces);
                return above.OpenDirectory(name);
            }

            // Resolve from the container's root, where absolute links start.
            if (status.IsSymbolicLink && !_tree.IsIndependent && _tree.Root.TryOpenDirectory(Path, followLinks: true) is { } behind)
            {
                return behind;
            }

            if (!_replaces && !_tree.IsIndependent)
            {
                throw new BuildSharpException($"/{Encoding.UTF8.GetString(Path)} already exists but is not a directory");
            }

            above.RemoveTree(name);
        }

        _tree.Note(Path, isContent: _replaces);
        above.MakeDirectory(name, Octal.O700);
        var made = above.OpenDirectory(name);
        _tree.PrepareParent(made);
        return made;
    }
}
