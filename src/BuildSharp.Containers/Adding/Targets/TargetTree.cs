using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Containers.Adding.Targets;

/// <summary>Creates items in a container's root file system. An existing item is replaced, whatever its type; nothing is written through a
/// link.</summary>
/// <param name="root">The container's root.</param>
/// <param name="rules">Owners, modes and times.</param>
/// <param name="independentTime">For a result that must not depend on the container's content (<c>--link</c>), else null: no link is
/// followed,
/// and parent directories get this time, because their own is the time of the build.</param>
internal sealed class TargetTree(DirectoryHandle root, NewItemRules rules, Timestamp? independentTime)
{
    private const int ParentMode = Octal.O755;

    private readonly HashSet<string> _contentDirectories = [];
    private readonly Dictionary<string, byte[]> _leadingDirectories = [];

    public DirectoryHandle Root { get; } = root;

    public NewItemRules Rules { get; } = rules;

    public bool IsIndependent => independentTime is not null;

    /// <summary>Records a directory of an independent tree.</summary>
    /// <param name="path">Path from the container's root.</param>
    /// <param name="isContent">Whether the directory is copied, with a time of its own, rather than a parent of the content.</param>
    public void Note(byte[] path, bool isContent)
    {
        if (!IsIndependent)
        {
            return;
        }

        var key = Convert.ToBase64String(path);
        if (isContent)
        {
            _contentDirectories.Add(key);
            _leadingDirectories.Remove(key);
        }
        else if (!_contentDirectories.Contains(key))
        {
            _leadingDirectories.TryAdd(key, path);
        }
    }

    /// <summary>Sets the times of parent directories, after the last item was created in them.</summary>
    public void Complete()
    {
        foreach (var path in _leadingDirectories.Values)
        {
            using var directory = Root.TryOpenDirectory(path);
            directory?.SetTimes(independentTime!.Value.UnixSeconds, independentTime.Value.Nanoseconds);
        }
    }

    /// <summary>Sets the attributes of a created parent directory: mode 0755, owner of the content.</summary>
    public void PrepareParent(DirectoryHandle directory)
    {
        var (uid, gid) = Rules.OwnerOfParents;
        IntendedOwner.Set(directory, uid, gid, ParentMode);
        directory.SetMode(ParentMode);
        if (Rules.ModifiedAt is { } time)
        {
            directory.SetTimes(time.UnixSeconds, time.Nanoseconds);
        }
    }

    /// <summary>Creates a directory and its parents. The path has no links.</summary>
    public TargetDirectory MakeDirectories(byte[] path)
    {
        var directory = TargetDirectory.Existing(this, [], Root.OpenDirectory("."u8));
        foreach (var range in MemoryExtensions.Split(path, (byte)'/'))
        {
            if (path[range] is { Length: > 0 } name)
            {
                var child = directory.Child(name, replaces: false);
                _ = child.Handle;
                directory.Dispose();
                directory = child;
            }
        }

        return directory;
    }

    /// <summary>Creates a symbolic link.</summary>
    public void CreateSymbolicLink(DirectoryHandle directory, byte[] name, byte[] target)
    {
        directory.RemoveTree(name);
        directory.SymbolicLink(target, name);
    }

    /// <summary>Creates a device or pipe.</summary>
    /// <returns>False for a device in a user namespace, where none can be created.</returns>
    public bool TryCreateNode(DirectoryHandle directory, byte[] name, FileType type, uint major, uint minor)
    {
        directory.RemoveTree(name);
        return directory.TryMakeNode(name, type, Octal.O600, major, minor);
    }

    /// <summary>Creates a hard link to a file of the container.</summary>
    /// <param name="existing">Path of the file from the container's root.</param>
    /// <param name="directory">Directory for the link.</param>
    /// <param name="name">Name of the link.</param>
    public void CreateHardLink(byte[] existing, DirectoryHandle directory, byte[] name)
    {
        directory.RemoveTree(name);
        Root.HardLink(existing, name, directory);
    }

    /// <summary>Sets owner, mode, attributes and time of an item.</summary>
    /// <remarks>The kernel clears setuid, setgid and file capabilities on chown, so mode and attributes come after the owner.</remarks>
    public static void SetAttributes(DirectoryHandle directory, byte[] name, ItemAttributes attributes)
    {
        IntendedOwner.Set(directory, name, attributes.Uid, attributes.Gid, attributes.Mode);
        foreach (var (key, value) in attributes.Xattrs)
        {
            try
            {
                directory.SetXattr(name, key, value);
            }
            catch (LinuxException e) when (e.Errno is Errno.EOPNOTSUPP or Errno.EPERM)
            {
                // The file system does not support the attribute; other builders ignore this too.
            }
        }

        if (!attributes.IsSymbolicLink)
        {
            directory.SetMode(name, attributes.Mode);
        }

        directory.SetTimes(name, attributes.ModifiedAt.UnixSeconds, attributes.ModifiedAt.Nanoseconds);
    }

    /// <summary>Sets owner, mode and attributes of an open directory, but not its time, which changes with each item created in
    /// it.</summary>
    public static void SetAttributes(DirectoryHandle directory, ItemAttributes attributes)
    {
        IntendedOwner.Set(directory, attributes.Uid, attributes.Gid, attributes.Mode);
        directory.SetMode(attributes.Mode);
        foreach (var (key, value) in attributes.Xattrs)
        {
            try
            {
                directory.SetXattr("."u8, key, value);
            }
            catch (LinuxException e) when (e.Errno is Errno.EOPNOTSUPP or Errno.EPERM)
            {
            }
        }
    }
}

/// <summary>Attributes of an item.</summary>
internal readonly record struct ItemAttributes(
    uint Uid,
    uint Gid,
    int Mode,
    Timestamp ModifiedAt,
    IReadOnlyList<KeyValuePair<byte[], byte[]>> Xattrs,
    bool IsSymbolicLink);
