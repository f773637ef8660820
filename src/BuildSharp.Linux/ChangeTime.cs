using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Linux;

/// <summary>When the time of the last status change (<c>ctime</c>, inode(7)) proves that the content of a file has not changed. No call sets
/// this time: the kernel takes it from its clock, also when a program sets the modification time.</summary>
public static unsafe class ChangeTime
{
    /// <summary>Whether every change of content sets the change time, on the file system of a directory. This is so on ext2, ext3, ext4, XFS,
    /// Btrfs and F2FS. It is not so on tmpfs, where a page that a memory mapping has read is written without; on overlay, where a mapping
    /// belongs to the file below; and on network and FUSE file systems, whose times come from elsewhere.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="id">Id of the file system (statfs(2), <c>f_fsid</c>).</param>
    public static bool TellsChanges(DirectoryHandle directory, out ulong id)
    {
        FileSystemStatus status;
        if (fstatfs(directory.Descriptor, &status) != 0)
        {
            throw LinuxException.Last("fstatfs", directory.Name);
        }

        id = status.Id;
        return status.Type is EXT4_SUPER_MAGIC or XFS_SUPER_MAGIC or BTRFS_SUPER_MAGIC or F2FS_SUPER_MAGIC;
    }

    /// <summary>Whether nobody has the file open for writing, as a descriptor or as a memory mapping. Then whatever changes the content
    /// begins later and sets the change time when it begins; a write that is under way, or a mapped page that was written before, set it
    /// already.</summary>
    /// <remarks>Takes a lease, which the kernel refuses for such a file (fcntl(2), "Leases"), and gives it back. A program that opens the
    /// file in between waits for that.</remarks>
    /// <param name="file">The file, open for reading only.</param>
    /// <returns>False also when it cannot be told: for a file of another user, and on file systems without leases.</returns>
    public static bool HasNoWriter(SafeFileHandle file)
    {
        // A program that opens the file meanwhile causes a signal: by default SIGIO, which ends this process; SIGURG is ignored.
        var descriptor = FileDescriptor.Number(file);
        var isFree = fcntl(descriptor, F_SETSIG, SIGURG) == 0 && fcntl(descriptor, F_SETLEASE, F_RDLCK) == 0;
        if (isFree && fcntl(descriptor, F_SETLEASE, F_UNLCK) != 0)
        {
            throw LinuxException.Last("fcntl");
        }

        GC.KeepAlive(file);
        return isFree;
    }
}
