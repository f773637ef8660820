using System.Runtime.InteropServices;
using BuildSharp.Linux;

namespace BuildSharp.Containers.Adding.Digests;

/// <summary>What tells a changed file from an unchanged one, within a file system.</summary>
/// <param name="Inode">Inode number.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="ModifiedSeconds">Modification time, which programs can set.</param>
/// <param name="ChangedSeconds">Status change time, which they cannot.</param>
/// <param name="ModifiedNanoseconds">To add to the modification time.</param>
/// <param name="ChangedNanoseconds">To add to the status change time.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct FileState(
    ulong Inode, long Size, long ModifiedSeconds, long ChangedSeconds, int ModifiedNanoseconds, int ChangedNanoseconds)
{
    public static FileState Of(in FileStatus status) => new(
        status.Inode, status.Size, status.ModifiedSeconds, status.ChangedSeconds, status.ModifiedNanoseconds, status.ChangedNanoseconds);
}
