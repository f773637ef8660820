using BuildSharp.Linux;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Storage;

/// <summary>New content that lies beside the file it will replace. The disk is already busy with it: two such files made before either
/// is published cost one wait instead of two.</summary>
internal sealed class PendingFile : IDisposable
{
    private readonly string path;
    private readonly string temporary;
    private readonly DirectoryHandle? directory;
    private readonly SafeFileHandle? file;
    private readonly Persistence persistence;
    private bool isSynchronized;
    private bool isPublished;

    /// <summary>Writes the content to a temporary file.</summary>
    /// <param name="path">The target; its directory must exist.</param>
    /// <param name="content">All of the new content.</param>
    /// <param name="mode">Permissions of the new file.</param>
    /// <param name="persistence">What to wait for before the rename.</param>
    internal PendingFile(string path, ReadOnlySpan<byte> content, int mode, Persistence persistence)
    {
        this.path = path;
        this.persistence = persistence;
        temporary = $".tmp-{Path.GetFileName(path)}{RandomBytes.Hex(12)}";
        try
        {
            directory = DirectoryHandle.Open(Path.GetDirectoryName(path)!);
            file = directory.CreateFile(temporary, 0x180);
            FileDescriptor.Write(file, content);
            FileDescriptor.SetMode(file, mode);
            if (persistence != Persistence.Volatile)
            {
                FileDescriptor.StartWriting(file);
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
        if (isSynchronized)
        {
            return;
        }

        try
        {
            switch (persistence)
            {
                case Persistence.Durable:
                    FileDescriptor.SyncData(file!);
                    break;
                case Persistence.Ordered:
                    FileDescriptor.WriteBeforeRename(file!);
                    break;
            }

            isSynchronized = true;
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "write", path);
        }
    }

    /// <summary>Puts the content in the place of the old.</summary>
    internal void Publish()
    {
        Synchronize();
        try
        {
            directory!.Rename(temporary, Path.GetFileName(path));
            isPublished = true;
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "write", path);
        }
    }

    /// <summary>Drops what was not published.</summary>
    public void Dispose()
    {
        using (directory)
        using (file)
        {
            if (file is not null && !isPublished)
            {
                DropTemporary();
            }
        }
    }

    private void DropTemporary()
    {
        try
        {
            directory!.Remove(temporary);
        }
        catch (LinuxException)
        {
            // The failure that made the file useless is the one to tell; the name is nobody's.
        }
    }
}
