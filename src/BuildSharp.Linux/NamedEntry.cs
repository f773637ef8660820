using System.Text;

namespace BuildSharp.Linux;

/// <summary>A directory entry with a copied name.</summary>
/// <param name="Name">The name as bytes.</param>
/// <param name="Type">Type of the file, if the file system returns it.</param>
/// <param name="Inode">Inode number; at a mount point that of the directory below the mount.</param>
public readonly record struct NamedEntry(byte[] Name, FileType Type, ulong Inode)
{
    /// <summary>The name as text; bytes that are not UTF-8 become replacement characters.</summary>
    public string NameText => Encoding.UTF8.GetString(Name);
}
