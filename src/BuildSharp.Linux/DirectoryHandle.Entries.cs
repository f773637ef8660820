namespace BuildSharp.Linux;

public sealed partial class DirectoryHandle
{
    /// <summary>Reads the names in this directory, in the file system's order, without "." and "..". Starts over on each call.</summary>
    /// <remarks>For <c>foreach</c>. Only one reading of a handle at a time: the position is the descriptor's. An entry's name is gone
    /// with the next step; copy what must stay.</remarks>
    public DirectoryEntries Enumerate() => new(this);

    /// <summary>Whether there is no name in this directory.</summary>
    public bool IsEmpty()
    {
        foreach (var entry in Enumerate())
        {
            return false;
        }

        return true;
    }

    /// <summary>All entries of this directory, in the file system's order, with names of their own.</summary>
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
