using BuildSharp.Linux;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Storage;

/// <summary>New content that lies beside the file it will replace. The disk is already busy with it: two such files made before either
/// is published cost one wait instead of two.</summary>
internal sealed class PendingFile : IDisposable
{
    private readonly string path;
    private readonly string temporary;
    private readonly DirectoryHandle directory;
    private readonly SafeFileHandle file;
    private readonly bool durable;
    private bool isPublished;

    /// <summary>Writes the content to a temporary file.</summary>
    /// <param name="path">The target; its directory must exist.</param>
    /// <param name="content">All of the new content.</param>
    /// <param name="mode">Permissions of the new file.</param>
    /// <param name="durable">Whether to wait for the disk before the rename.</param>
    internal PendingFile(string path, ReadOnlySpan<byte> content, int mode, bool durable)
    {
        this.path = path;
        this.durable = durable;
        temporary = $".tmp-{Path.GetFileName(path)}{RandomBytes.Hex(12)}";
        try
        {
            directory = DirectoryHandle.Open(Path.GetDirectoryName(path)!);
            try
            {
                file = directory.CreateFile(temporary, 0x180);
                Fill(content, mode);
            }
            catch
            {
                directory.Dispose();
                throw;
            }
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "write", path);
        }
    }

    /// <summary>Puts the content in the place of the old.</summary>
    internal void Publish()
    {
        try
        {
            if (durable)
            {
                FileDescriptor.SyncData(file);
            }

            directory.Rename(temporary, Path.GetFileName(path));
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
        file.Dispose();
        if (!isPublished)
        {
            directory.Remove(temporary);
        }

        directory.Dispose();
    }

    private void Fill(ReadOnlySpan<byte> content, int mode)
    {
        try
        {
            FileDescriptor.Write(file, content);
            FileDescriptor.SetMode(file, mode);
            if (durable)
            {
                FileDescriptor.StartWriting(file);
            }
        }
        catch (LinuxException)
        {
            file.Dispose();
            directory.Remove(temporary);
            throw;
        }
    }
}
