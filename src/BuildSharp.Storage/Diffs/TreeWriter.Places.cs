using BuildSharp.Linux;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Storage.Diffs;

// Finds the place of an entry: opens parents, removes what occupies the name, applies whiteouts.
internal sealed partial class TreeWriter
{
    private const int ImplicitDirectoryMode = Octal.O755;

    private static ReadOnlySpan<byte> Yes => "y"u8;

    /// <summary>Opens the parent directory of an entry and keeps it open, because its siblings usually follow.</summary>
    private DirectoryHandle OpenParent(ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty)
        {
            return root;
        }

        if (_parent is not null && path.SequenceEqual(_parentPath))
        {
            return _parent;
        }

        var parent = root.TryOpenDirectory(path, followLinks: true) ?? MakeParent(path);
        ForgetParent();
        _parent = parent;
        _parentPath = path.ToArray();
        return parent;
    }

    // A tar may omit the directories of its files.
    private DirectoryHandle MakeParent(ReadOnlySpan<byte> path)
    {
        var above = LayerPath.Parent(path);
        using var holder = above.IsEmpty ? root.OpenDirectory("."u8)
            : root.TryOpenDirectory(above, followLinks: true) ?? MakeParent(above);
        var name = LayerPath.BaseName(path);
        if (!holder.TryMakeDirectory(name, ImplicitDirectoryMode))
        {
            // A file, a dangling link or a whiteout has the name.
            var hidden = holder.Stat(name).IsOverlayWhiteout;
            holder.RemoveTree(name);
            holder.MakeDirectory(name, ImplicitDirectoryMode);
            if (hidden)
            {
                MakeOpaque(path);
            }
        }

        holder.SetMode(name, ImplicitDirectoryMode);
        return holder.OpenDirectory(name);
    }

    private void ForgetParent()
    {
        _parent?.Dispose();
        _parent = null;
        _parentPath = null;
    }

    /// <summary>Removes the file or tree with the name. The cached parent may be in that tree, so the parent is opened again.</summary>
    private DirectoryHandle MakeRoom(DirectoryHandle parent, ReadOnlySpan<byte> name, byte[] path)
    {
        if (!parent.RemoveTree(name))
        {
            return parent;
        }

        ForgetParent();
        return OpenParent(LayerPath.Parent(path));
    }

    private bool LeadsToDirectory(byte[] path) => root.TryStat(path, out var target, followLinks: true) && target.IsDirectory;

    private void PlaceWhiteout(byte[] path, ReadOnlySpan<byte> name, TarHeader header)
    {
        var directory = LayerPath.Parent(path);
        if (Whiteout.IsOpaqueMarker(name))
        {
            PlaceOpaque(directory);
        }
        else if (Whiteout.TryGetHidden(name, out var hidden) && !hidden.SequenceEqual("."u8) && !hidden.SequenceEqual(".."u8))
        {
            var target = directory.IsEmpty ? hidden.ToArray() : [.. directory, (byte)'/', .. hidden];
            if (whiteouts == WhiteoutFormat.Delete)
            {
                Delete(directory, hidden, target);
            }
            else
            {
                Hide(OpenParent(directory), hidden, target, header);
            }
        }
    }

    private void PlaceOpaque(ReadOnlySpan<byte> directory)
    {
        if (whiteouts != WhiteoutFormat.Delete)
        {
            OpenParent(directory);
            MakeOpaque(directory);
            return;
        }

        if (root.TryOpenDirectory(directory.IsEmpty ? "."u8 : directory, followLinks: true) is { } lower)
        {
            using (lower)
            {
                DeleteContent(lower, directory);
            }
        }
    }

    private void Delete(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name, byte[] path)
    {
        using var parent = root.TryOpenDirectory(directory.IsEmpty ? "."u8 : directory, followLinks: true);
        if (parent is not null && !Delete(parent, name, default, path) && parent.TryOpenDirectory(name) is { } kept)
        {
            using (kept)
            {
                DeleteContent(kept, path);
            }
        }
    }

    private void DeleteContent(DirectoryHandle directory, ReadOnlySpan<byte> path)
    {
        using var walk = new DirectoryWalk(directory);
        while (walk.MoveNext())
        {
            if (!Delete(walk.Directory, walk.Current.Name, path, walk.Path))
            {
                walk.TryEnter();
            }
        }
    }

    /// <summary>Deletes a name unless this layer itself created it, because a whiteout applies to lower layers only (OCI image-spec,
    /// layer.md, "Whiteouts").</summary>
    private bool Delete(DirectoryHandle parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> directory, byte[] below)
    {
        if (_placed!.Contains(directory.IsEmpty ? below : [.. directory, (byte)'/', .. below]))
        {
            return false;
        }

        ForgetParent();
        parent.RemoveTree(name);
        return true;
    }

    private void Remember(byte[] path)
    {
        while (path.Length > 0 && _placed?.Add(path) == true)
        {
            path = LayerPath.Parent(path).ToArray();
        }
    }

    private void Hide(DirectoryHandle parent, ReadOnlySpan<byte> name, byte[] path, TarHeader header)
    {
        if (parent.TryStat(name, out var status))
        {
            if (status.IsDirectory)
            {
                MakeOpaque(path);
            }

            return;
        }

        parent.MakeNode(name, FileType.CharacterDevice, 0);
        IntendedOwner.Set(parent, name, (uint)header.Uid, (uint)header.Gid, header.Mode);
        parent.SetTimes(name, header.ModifiedAt.UnixSeconds, header.ModifiedAt.Nanoseconds);
    }

    private void MakeOpaque(ReadOnlySpan<byte> path)
    {
        if (whiteouts is WhiteoutFormat.Overlay or WhiteoutFormat.OverlayUser)
        {
            using var directory = root.OpenDirectory(path.IsEmpty ? "."u8 : path, followLinks: true);
            directory.SetXattr("."u8, OverlayXattr.Opaque(whiteouts), Yes);
        }
    }
}
