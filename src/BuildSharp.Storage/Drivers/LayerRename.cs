using BuildSharp.Linux;

namespace BuildSharp.Storage;

/// <summary>Gives a layer's directory another name in one step, leaving a link at the old one: a process killed at any point leaves a
/// directory for every record.</summary>
internal static class LayerRename
{
    /// <param name="parent">The directory of the layers.</param>
    /// <param name="from">The name now.</param>
    /// <param name="to">The new name; nothing has it.</param>
    internal static void Run(string parent, string from, string to)
    {
        using var directory = DirectoryHandle.Open(parent);

        // The link leads to itself until the names have changed places; then it leads from the old name to the new.
        directory.SymbolicLink(to, to);
        directory.Exchange(from, to);
    }

    /// <summary>Whether a link that is no rename's has the name.</summary>
    internal static bool IsReplacedByLink(string parent, string name) =>
        FileStatus.TryOf(Path.Combine(parent, name), out var status) && status.IsSymbolicLink && NewNameOf(parent, name) is null;

    /// <summary>Removes the link that a rename left; false when the name is a layer's own directory or nothing.</summary>
    internal static bool TryRemoveOldName(string parent, string name)
    {
        using var directory = DirectoryHandle.Open(parent);
        return directory.TryStat(name, out var status) && status.IsSymbolicLink && directory.Remove(name);
    }

    /// <summary>Where the link that a rename left at the old name leads; null for any other name.</summary>
    internal static string? NewNameOf(string parent, string name) =>
        new FileInfo(Path.Combine(parent, name)).LinkTarget is { } target && StoreContents.IsId(target) ? target : null;

    /// <summary>Gives the directory its old name again.</summary>
    internal static void Undo(string parent, string oldName)
    {
        using var directory = DirectoryHandle.Open(parent);
        var name = NewNameOf(parent, oldName);

        // A link to itself is a rename that had not happened yet.
        if (name is not null && name != oldName && directory.TryStat(name, out var status) && status.IsDirectory)
        {
            directory.Exchange(oldName, name);
            directory.Remove(name);
        }
    }

    /// <summary>Where a directory has this name only because a killed process renamed it and recorded nothing: undoes that, so that the
    /// layer that it belongs to keeps it.</summary>
    internal static void UndoOf(string parent, string name)
    {
        using var directory = DirectoryHandle.Open(parent);
        if (!directory.TryStat(name, out var status) || !status.IsDirectory)
        {
            return;
        }

        foreach (var entry in directory.ReadEntries().Where(entry => entry.Type == FileType.SymbolicLink))
        {
            if (directory.ReadLink(entry.NameText) == name)
            {
                Undo(parent, entry.NameText);
                return;
            }
        }
    }
}
