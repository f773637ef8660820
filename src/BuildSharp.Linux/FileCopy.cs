using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Linux;

/// <summary>Copies the content of an open file in the kernel if possible: by reflink, otherwise with <c>copy_file_range</c>, otherwise by
/// reading and writing. Holes are preserved.</summary>
public static unsafe class FileCopy
{
    private const int BufferSize = 256 * 1024;
    private const long MostAtOnce = 1 << 30;

    /// <summary>Number of bytes copied between two checks for cancellation and two reports; small enough for slow disks.</summary>
    private const long MostBetweenLooks = 16 << 20;

    /// <summary>Copies all of <paramref name="from"/> to the empty <paramref name="to"/>. The file positions are undefined
    /// afterwards.</summary>
    /// <param name="from">Open for reading.</param>
    /// <param name="to">Open for writing, empty.</param>
    /// <param name="status">Status of <paramref name="from"/>.</param>
    /// <param name="cancellation">Stops the copy.</param>
    /// <param name="copied">Receives the number of bytes of each part; null to report nothing. Holes are not counted.</param>
    public static void Content(
        SafeFileHandle from, SafeFileHandle to, in FileStatus status, CancellationToken cancellation = default, Action<long>? copied = null)
    {
        if (status.Size == 0)
        {
            return;
        }

        if (TryClone(from, to))
        {
            copied?.Invoke(status.Size);
            return;
        }

        if (status.Blocks * 512 >= status.Size)
        {
            Range(from, to, 0, status.Size, cancellation, copied);
            return;
        }

        var source = FileDescriptor.Number(from);
        for (var offset = 0L; offset < status.Size;)
        {
            var data = lseek(source, offset, SEEK_DATA);
            if (data < 0)
            {
                break;
            }

            var hole = lseek(source, data, SEEK_HOLE);
            hole = hole < 0 ? status.Size : hole;
            Range(from, to, data, hole - data, cancellation, copied);
            offset = hole;
        }

        FileDescriptor.SetLength(to, status.Size);
        GC.KeepAlive(from);
    }

    /// <summary>Makes the target share the source's extents (reflink); false if the file system does not support it.</summary>
    public static bool TryClone(SafeFileHandle from, SafeFileHandle to)
    {
        var done = ioctl(FileDescriptor.Number(to), FICLONE, FileDescriptor.Number(from)) == 0;
        GC.KeepAlive(from);
        GC.KeepAlive(to);
        return done;
    }

    /// <summary>Copies a range to the same offset; stops at the end of the source.</summary>
    public static void Range(
        SafeFileHandle from, SafeFileHandle to, long offset, long length, CancellationToken cancellation = default, Action<long>? copied = null)
    {
        var most = cancellation.CanBeCanceled || copied is not null ? MostBetweenLooks : MostAtOnce;
        while (length > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            var source = offset;
            var target = offset;
            var moved = copy_file_range(
                FileDescriptor.Number(from), &source, FileDescriptor.Number(to), &target, (nuint)Math.Min(length, most), 0);
            if (moved < 0)
            {
                if (LastError == Errno.EINTR)
                {
                    continue;
                }

                if (LastError is Errno.EXDEV or Errno.EINVAL or Errno.ENOSYS or Errno.EOPNOTSUPP or Errno.EBADF or Errno.EPERM)
                {
                    ReadAndWrite(from, to, offset, length, cancellation, copied);
                    return;
                }

                throw LinuxException.Last("copy_file_range");
            }

            if (moved == 0)
            {
                // Either the end of the file, or a virtual file system on which copy_file_range returns 0.
                ReadAndWrite(from, to, offset, length, cancellation, copied);
                return;
            }

            offset += moved;
            length -= moved;
            copied?.Invoke(moved);
        }

        GC.KeepAlive(from);
        GC.KeepAlive(to);
    }

    private static void ReadAndWrite(
        SafeFileHandle from, SafeFileHandle to, long offset, long length, CancellationToken cancellation, Action<long>? copied)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (length > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                var read = FileDescriptor.ReadAt(from, buffer.AsSpan(0, (int)Math.Min(length, buffer.Length)), offset);
                if (read == 0)
                {
                    return;
                }

                FileDescriptor.WriteAt(to, buffer.AsSpan(0, read), offset);
                offset += read;
                length -= read;
                copied?.Invoke(read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
