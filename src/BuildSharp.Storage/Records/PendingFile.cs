using BuildSharp.Linux;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Storage;

/// <summary>New content that lies beside the file it will replace. The disk is already busy with it: two such files made before either
/// is published cost one wait instead of two.</summary>
internal sealed class PendingFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly DirectoryHandle? _directory;
    private readonly SafeFileHandle? _file;
    private readonly Persistence _persistence;
    private bool _isSynchronized;
    private bool _isPublished;

    /// <summary>Writes the content to a temporary file.</summary>
    /// <param name="path">The target; its directory must exist.</param>
    /// <param name="content">All of the new content.</param>
    /// <param name="mode">Permissions of the new file.</param>
    /// <param name="persistence">What to wait for before the rename.</param>
    internal PendingFile(string path, ReadOnlySpan<byte> content, int mode, Persistence persistence)
    {
        _path = path;
        _persistence = persistence;
        _temporary = $".tmp-{Path.GetFileName(path)}{RandomBytes.Hex(12)}";
        try
        {
            _directory = DirectoryHandle.Open(Path.GetDirectoryName(path)!);
            _file = _directory.CreateFile(_temporary, Octal.O600);
            FileDescriptor.Write(_file, content);
            FileDescriptor.SetMode(_file, mode);
            if (persistence != Persistence.Volatile)
            {
                FileDescriptor.StartWriting(_file);
            }
        }
        catch (LinuxException e)
        {
            Dispose();
            throw StoreErrors.Describe(e, "write", path);
        }
    }

    /// <summary>Waits for what must be on the disk before the content gets its name, so that publishing is a rename and no more.</summary>
    internal void Synchronize()
    {
        if (_isSynchronized)
        {
            return;
        }

        try
        {
            switch (_persistence)
            {
                case Persistence.Durable:
                    FileDescriptor.SyncData(_file!);
                    break;
                case Persistence.Ordered:
                    FileDescriptor.WriteBeforeRename(_file!);
                    break;
            }

            _isSynchronized = true;
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "write", _path);
        }
    }

    /// <summary>Puts the content in the place of the old.</summary>
    internal void Publish()
    {
        Synchronize();
        try
        {
            _directory!.Rename(_temporary, Path.GetFileName(_path));
            _isPublished = true;
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "write", _path);
        }
    }

    /// <summary>Drops what was not published.</summary>
    public void Dispose()
    {
        using (_directory)
        using (_file)
        {
            if (_file is not null && !_isPublished)
            {
                DropTemporary();
            }
        }
    }

    private void DropTemporary()
    {
        try
        {
            _directory!.Remove(_temporary);
        }
        catch (LinuxException)
        {
            // The failure that made the file useless is the one to tell; the name is nobody's.
        }
    }
}
