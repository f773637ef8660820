namespace BuildSharp.Linux;

public sealed partial class DirectoryHandle
{
    /// <summary>Enumerates the entries of this directory from the start, in the file system's order, without "." and "..".</summary>
    /// <remarks>For <c>foreach</c>. Only one enumeration per handle at a time, because the position is part of the descriptor. Copy the
    /// name of an entry to use it after the next step.</remarks>
    public DirectoryEntries Enumerate() => new(this);

    /// <summary>Whether this directory has no entries.</summary>
    public bool IsEmpty()
    {
        foreach (var entry in Enumerate())
        {
            return false;
        }

        return true;
    }

    /// <summary>All entries of this directory in the file system's order, with copied names.</summary>
    public List<NamedEntry> ReadEntries()
    {
        var entries = new List<NamedEntry>();
        foreach (var entry in Enumerate())
        {
            entries.Add(new NamedEntry(entry.Name.ToArray(), entry.Type, entry.Inode));
        }

        return entries;
    }
}
