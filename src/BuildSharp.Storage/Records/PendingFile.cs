using BuildSharp.Linux;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Storage.Records;

/// <summary>New content in a temporary file beside the file that it will replace. The disk starts to write it immediately, so two such
/// files created before either is published need one wait instead of two.</summary>
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
    /// <param name="content">The complete new content.</param>
    /// <param name="mode">Permissions of the new file.</param>
    /// <param name="persistence">What the content must survive.</param>
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

    /// <summary>Waits until the required data is on disk, so that publishing is only a rename.</summary>
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

    /// <summary>Renames the new file over the old one.</summary>
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

    /// <summary>Deletes the temporary file if it was not published.</summary>
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
            // Report the original failure instead. The temporary file is harmless.
        }
    }
}
