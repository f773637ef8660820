using System.Text;

namespace BuildSharp.Linux;

/// <summary>A directory entry that outlives the reading.</summary>
/// <param name="Name">The name, in bytes.</param>
/// <param name="Type">Kind of the file, where the file system tells.</param>
/// <param name="Inode">Number of the inode; at a mount point the one below the mount.</param>
public readonly record struct NamedEntry(byte[] Name, FileType Type, ulong Inode)
{
    /// <summary>The name as text; bytes that are no UTF-8 become replacement marks.</summary>
    public string NameText => Encoding.UTF8.GetString(Name);
}
