namespace BuildSharp.Linux;

/// <summary>Replaces a file so that a reader sees the old or the new content, also after a crash.</summary>
public static class ReplacedFile
{
    /// <summary>Writes the content to a temporary file beside the file and renames it.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="content">The content.</param>
    /// <param name="mode">Permissions, whatever the old file's were.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, int mode)
    {
        var temporary = $"{path}.{RandomBytes.Hex(16)}";
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                BufferSize = 0,
            };
            using (var file = new FileStream(temporary, options))
            {
                file.Write(content);
                FileDescriptor.SetMode(file.SafeFileHandle, mode);
                FileDescriptor.SyncData(file.SafeFileHandle);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
