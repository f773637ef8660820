using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Adding;

/// <summary>Puts items into a container's root file system. An item that is in the way is replaced, whatever it is; a link is never
/// written through.</summary>
/// <param name="root">The container's root.</param>
/// <param name="rules">Owners, modes and times.</param>
/// <param name="independentTime">Not null when the tree comes out as a layer of its own would leave it, laid over what is there: no link
/// is followed, and directories that only lead to the content get this time, for their own is that of the build.</param>
internal sealed class TargetTree(DirectoryHandle root, NewItemRules rules, Timestamp? independentTime)
{
    private const int ParentMode = Octal.O755;

    private readonly HashSet<string> _contentDirectories = [];
    private readonly Dictionary<string, byte[]> _leadingDirectories = [];

    public DirectoryHandle Root { get; } = root;

    public NewItemRules Rules { get; } = rules;

    public bool IsIndependent => independentTime is not null;

    /// <summary>Notes a directory of an independent tree.</summary>
    /// <param name="path">Its path from the container's root.</param>
    /// <param name="isContent">Whether it is copied itself, with a time of its own, and does not only lead to what is.</param>
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

    /// <summary>Sets what had to wait until nothing more goes into the tree.</summary>
    public void Complete()
    {
        foreach (var path in _leadingDirectories.Values)
        {
            using var directory = Root.TryOpenDirectory(path);
            directory?.SetTimes(independentTime!.Value.UnixSeconds, independentTime.Value.Nanoseconds);
        }
    }

    /// <summary>Gives a directory that had to be made the attributes of one: 0755, the owner of what goes into it.</summary>
    public void PrepareParent(DirectoryHandle directory)
    {
        var (uid, gid) = Rules.OwnerOfParents;
        directory.SetOwner(uid, gid);
        directory.SetMode(ParentMode);
        if (Rules.ModifiedAt is { } time)
        {
            directory.SetTimes(time.UnixSeconds, time.Nanoseconds);
        }
    }

    /// <summary>Makes a directory and all that lead to it; the path has no links in it.</summary>
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

    /// <summary>Makes a symbolic link.</summary>
    public void CreateSymbolicLink(DirectoryHandle directory, byte[] name, byte[] target)
    {
        directory.RemoveTree(name);
        directory.SymbolicLink(target, name);
    }

    /// <summary>Makes a device or pipe.</summary>
    /// <returns>False for a device in a user namespace, which cannot have any: it is left out.</returns>
    public bool TryCreateNode(DirectoryHandle directory, byte[] name, FileType type, uint major, uint minor)
    {
        directory.RemoveTree(name);
        return directory.TryMakeNode(name, type, Octal.O600, major, minor);
    }

    /// <summary>Gives a file that is in the container one more name.</summary>
    /// <param name="existing">Its path from the container's root.</param>
    /// <param name="directory">Where the new name goes.</param>
    /// <param name="name">The new name.</param>
    public void CreateHardLink(byte[] existing, DirectoryHandle directory, byte[] name)
    {
        directory.RemoveTree(name);
        Root.HardLink(existing, name, directory);
    }

    /// <summary>Sets what an item carries besides its content.</summary>
    /// <remarks>The kernel clears setuid, setgid and file capabilities on chown, so mode and attributes come after the owner.</remarks>
    public static void SetAttributes(DirectoryHandle directory, byte[] name, ItemAttributes attributes)
    {
        directory.SetOwner(name, attributes.Uid, attributes.Gid);
        foreach (var (key, value) in attributes.Xattrs)
        {
            try
            {
                directory.SetXattr(name, key, value);
            }
            catch (LinuxException e) when (e.Errno is Errno.EOPNOTSUPP or Errno.EPERM)
            {
                // The target cannot hold the attribute; other builders go on without it too.
            }
        }

        if (!attributes.IsSymbolicLink)
        {
            directory.SetMode(name, attributes.Mode);
        }

        directory.SetTimes(name, attributes.ModifiedAt.UnixSeconds, attributes.ModifiedAt.Nanoseconds);
    }

    /// <summary>Sets what an open directory carries, all but its time: that changes with every name that goes into it.</summary>
    public static void SetAttributes(DirectoryHandle directory, ItemAttributes attributes)
    {
        directory.SetOwner(attributes.Uid, attributes.Gid);
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

/// <summary>What an item carries besides its content.</summary>
internal readonly record struct ItemAttributes(
    uint Uid,
    uint Gid,
    int Mode,
    Timestamp ModifiedAt,
    IReadOnlyList<KeyValuePair<byte[], byte[]>> Xattrs,
    bool IsSymbolicLink);
