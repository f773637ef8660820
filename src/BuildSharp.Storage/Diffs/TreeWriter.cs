using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Storage.Diffs;

/// <summary>Writes the entries of a tar to a tree. Nothing is written outside the root: names that leave it are refused, and the kernel
/// resolves symbolic links inside it.</summary>
/// <remarks>The owner is set before the mode, because chown clears setuid and file capabilities; extended attributes follow both.
/// Directories get their times at the end, because adding files changes them. Devices are left out in a user namespace.</remarks>
internal sealed partial class TreeWriter(DirectoryHandle root, WhiteoutFormat whiteouts, bool keepDirectoryLinks = false) : IDisposable
{
    private const int CreationMode = Octal.O600; // until owner and mode are set

    private readonly List<(byte[] Path, int? Mode, Timestamp Time)> _directories = [];
    private readonly HashSet<byte[]>? _placed = whiteouts == WhiteoutFormat.Delete ? new(ByteStringComparer.Instance) : null;
    private readonly HashSet<byte[]> _leftOut = new(ByteStringComparer.Instance);
    private byte[]? _parentPath;
    private DirectoryHandle? _parent;

    /// <summary>Whether an entry gave the root directory its owner and mode.</summary>
    public bool HasRoot { get; private set; }

    /// <summary>Writes one entry.</summary>
    /// <param name="header">The entry.</param>
    /// <param name="content">Content of a regular file; null for other types and empty files.</param>
    /// <exception cref="BuildSharpException">The name leads outside the root, or a write fails.</exception>
    public void Place(TarHeader header, IFileContent? content)
    {
        var path = LayerPath.Clean(header.Name, out var escapes);
        if (escapes)
        {
            throw new BuildSharpException($"the entry {header.NameText} leads outside the root of {root.Name}; nothing may be written there");
        }

        NameLimits.Require(path);
        try
        {
            PlaceAt(path, header, content);
        }
        catch (LinuxException failure)
        {
            throw new BuildSharpException($"cannot extract {header.NameText}: {failure.Message}", failure);
        }
    }

    /// <summary>Sets the times of directories, after all entries are written.</summary>
    public void Complete()
    {
        ForgetParent();
        for (var i = _directories.Count - 1; i >= 0; i--)
        {
            var (path, mode, time) = _directories[i];
            using var directory = root.TryOpenDirectory(path);
            if (directory is null)
            {
                continue; // replaced by a later entry
            }

            if (mode is { } bits)
            {
                directory.SetMode(bits);
            }

            directory.SetTimes(time.UnixSeconds, time.Nanoseconds);
        }

        _directories.Clear();
    }

    public void Dispose() => ForgetParent();

    private void PlaceAt(byte[] path, TarHeader header, IFileContent? content)
    {
        if (path.Length == 0)
        {
            if (header.Type == TarEntryType.Directory)
            {
                FinishDirectory(root, path, header);
                HasRoot = true;
            }

            return;
        }

        var name = LayerPath.BaseName(path);
        if (whiteouts != WhiteoutFormat.None && name.StartsWith(Whiteout.Prefix))
        {
            PlaceWhiteout(path, name, header);
            return;
        }

        Remember(path);
        var parent = OpenParent(LayerPath.Parent(path));
        switch (header.Type)
        {
            case TarEntryType.Directory:
                PlaceDirectory(parent, name, path, header);
                break;
            case TarEntryType.RegularFile:
                PlaceFile(parent, name, header, content);
                break;
            case TarEntryType.HardLink:
                PlaceHardLink(parent, name, path, header);
                break;
            case TarEntryType.SymbolicLink:
                parent = MakeRoom(parent, name, path);
                parent.SymbolicLink(header.LinkName, name);
                FinishNode(parent, name, header);
                break;
            // overlay hides a file of a lower layer with such a device, so that it can be no file itself.
            case TarEntryType.CharacterDevice when header is { DeviceMajor: 0, DeviceMinor: 0 }:
                throw new BuildSharpException($"the entry {header.NameText} is the device 0:0, which hides files in overlay; a tar hides them with .wh. names");
            case TarEntryType.CharacterDevice or TarEntryType.BlockDevice or TarEntryType.Fifo:
                parent = MakeRoom(parent, name, path);
                if (!parent.TryMakeNode(name, NodeType(header.Type), CreationMode, header.DeviceMajor, header.DeviceMinor))
                {
                    _leftOut.Add(path);
                    break;
                }

                IntendedOwner.Set(parent, name, (uint)header.Uid, (uint)header.Gid, header.Mode);
                parent.SetMode(name, header.Mode & TarHeader.PermissionBits);
                FinishNode(parent, name, header, owned: true);
                break;
            default:
                throw new BuildSharpException($"the entry {header.NameText} has the unknown type '{(char)header.Type}'");
        }
    }

    private void PlaceDirectory(DirectoryHandle parent, ReadOnlySpan<byte> name, byte[] path, TarHeader header)
    {
        if (!parent.TryMakeDirectory(name, CreationMode | 0x40))
        {
            var status = parent.Stat(name);
            if (!status.IsDirectory && !(keepDirectoryLinks && LeadsToDirectory(path)))
            {
                parent = MakeRoom(parent, name, path);
                parent.MakeDirectory(name, CreationMode | 0x40);
                if (status.IsOverlayWhiteout)
                {
                    MakeOpaque(path); // deleted and created again: the lower directory must stay hidden
                }
            }
        }

        var directory = root.OpenDirectory(path, keepDirectoryLinks);
        FinishDirectory(directory, path, header);
        // The next entries are probably inside this directory.
        ForgetParent();
        _parent = directory;
        _parentPath = path;
    }

    private void PlaceFile(DirectoryHandle parent, ReadOnlySpan<byte> name, TarHeader header, IFileContent? content)
    {
        using var file = CreateFile(parent, name, LayerPath.Clean(header.Name));
        content?.WriteTo(file);
        IntendedOwner.Set(file, (uint)header.Uid, (uint)header.Gid, header.Mode);
        FileDescriptor.SetMode(file, header.Mode & TarHeader.PermissionBits);
        foreach (var (key, value) in header.Xattrs)
        {
            try
            {
                if (IsOurs(key))
                {
                    Xattr.Set(file, key, value);
                }
            }
            catch (LinuxException failure) when (CannotHold(failure))
            {
            }
        }

        FileDescriptor.SetTimes(file, header.ModifiedAt.UnixSeconds, header.ModifiedAt.Nanoseconds);
    }

    private SafeFileHandle CreateFile(DirectoryHandle parent, ReadOnlySpan<byte> name, byte[] path)
    {
        try
        {
            return parent.CreateFile(name, CreationMode);
        }
        catch (LinuxException failure) when (failure.Errno == Errno.EEXIST)
        {
            return MakeRoom(parent, name, path).CreateFile(name, CreationMode);
        }
    }

    private void PlaceHardLink(DirectoryHandle parent, ReadOnlySpan<byte> name, byte[] path, TarHeader header)
    {
        var target = LayerPath.Clean(header.LinkName, out var escapes);
        if (escapes)
        {
            throw new BuildSharpException($"the hard link {header.NameText} leads outside, to {header.LinkNameText}");
        }

        if (target.AsSpan().SequenceEqual(path))
        {
            return;
        }

        try
        {
            root.HardLink(target, name, parent);
        }
        catch (LinuxException failure) when (failure.Errno == Errno.EEXIST)
        {
            root.HardLink(target, name, MakeRoom(parent, name, path));
        }
        catch (LinuxException failure) when (failure.Errno == Errno.ENOENT && _leftOut.Contains(target))
        {
            _leftOut.Add(path);
        }
        catch (LinuxException failure) when (failure.Errno is Errno.ENOENT or Errno.EPERM)
        {
            throw new BuildSharpException($"the hard link {header.NameText} names {header.LinkNameText}, which is no file here", failure);
        }
    }

    private void FinishDirectory(DirectoryHandle directory, byte[] path, TarHeader header)
    {
        var mode = header.Mode & TarHeader.PermissionBits;
        IntendedOwner.Set(directory, (uint)header.Uid, (uint)header.Gid, mode);
        // A process without root rights must be able to add files to the directory first.
        var fillable = (mode & Octal.O700) == Octal.O700;
        if (fillable)
        {
            directory.SetMode(mode);
        }

        if (whiteouts == WhiteoutFormat.Delete)
        {
            DropXattrs(directory, header);
        }

        SetXattrs(directory, "."u8, header);
        _directories.Add((path, fillable ? null : mode, header.ModifiedAt));
    }

    private static void FinishNode(DirectoryHandle parent, ReadOnlySpan<byte> name, TarHeader header, bool owned = false)
    {
        if (!owned)
        {
            IntendedOwner.Set(parent, name, (uint)header.Uid, (uint)header.Gid, header.Mode);
        }

        SetXattrs(parent, name, header);
        parent.SetTimes(name, header.ModifiedAt.UnixSeconds, header.ModifiedAt.Nanoseconds);
    }

    private static void SetXattrs(DirectoryHandle parent, ReadOnlySpan<byte> name, TarHeader header)
    {
        foreach (var (key, value) in header.Xattrs)
        {
            if (!IsOurs(key))
            {
                continue;
            }

            try
            {
                parent.SetXattr(name, key, value);
            }
            catch (LinuxException failure) when (CannotHold(failure))
            {
                // The file system or this type of file does not support such attributes.
            }
        }
    }

    // The directory may be a copy of the lower layer's; attributes that the entry does not have are removed.
    private static void DropXattrs(DirectoryHandle directory, TarHeader header)
    {
        foreach (var name in directory.ListXattrs("."u8))
        {
            if (TreeComparison.BelongsInLayer(name) && !header.Xattrs.Any(kept => kept.Key.AsSpan().SequenceEqual(name)))
            {
                directory.RemoveXattr("."u8, name);
            }
        }
    }

    /// <summary>Whether a layer may set the attribute. Excludes overlay's own, which could redirect a directory, all others that are for the
    /// system alone, and the SELinux label of the machine that built the layer.</summary>
    private static bool IsOurs(ReadOnlySpan<byte> name) =>
        !OverlayXattr.IsOverlays(name) && !name.StartsWith("trusted."u8) && !name.SequenceEqual("security.selinux"u8);

    private static bool CannotHold(LinuxException failure) => failure.Errno is Errno.EOPNOTSUPP or Errno.EPERM;

    private static FileType NodeType(TarEntryType type) => type switch
    {
        TarEntryType.CharacterDevice => FileType.CharacterDevice,
        TarEntryType.BlockDevice => FileType.BlockDevice,
        _ => FileType.Fifo,
    };
}
