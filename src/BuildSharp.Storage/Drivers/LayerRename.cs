using BuildSharp.Linux;
using BuildSharp.Storage.Checking;

namespace BuildSharp.Storage.Drivers;

/// <summary>Renames a layer's directory and leaves a link at the old name, in one step. A process killed at any point leaves a directory
/// for every record.</summary>
internal static class LayerRename
{
    /// <param name="parent">Directory of the layer directories.</param>
    /// <param name="from">Current name.</param>
    /// <param name="to">New name, which must not exist.</param>
    internal static void Run(string parent, string from, string to)
    {
        using var directory = DirectoryHandle.Open(parent);

        // The link points to its own name until the two names are exchanged; then it points from the old name to the new one.
        directory.SymbolicLink(to, to);
        directory.Exchange(from, to);
    }

    /// <summary>Whether the name is a symbolic link that no rename created.</summary>
    internal static bool IsReplacedByLink(string parent, string name) =>
        FileStatus.TryOf(Path.Combine(parent, name), out var status) && status.IsSymbolicLink && NewNameOf(parent, name) is null;

    /// <summary>Removes the link that a rename left; false when the name is a layer's directory or does not exist.</summary>
    internal static bool TryRemoveOldName(string parent, string name)
    {
        using var directory = DirectoryHandle.Open(parent);
        return directory.TryStat(name, out var status) && status.IsSymbolicLink && directory.Remove(name);
    }

    /// <summary>Target of the link that a rename left at the old name; null for any other name.</summary>
    internal static string? NewNameOf(string parent, string name) =>
        new FileInfo(Path.Combine(parent, name)).LinkTarget is { } target && StoreContents.IsId(target) ? target : null;

    /// <summary>Restores the directory's old name.</summary>
    internal static void Undo(string parent, string oldName)
    {
        using var directory = DirectoryHandle.Open(parent);
        var name = NewNameOf(parent, oldName);

        // A link to its own name means that the names were not exchanged yet.
        if (name is not null && name != oldName && directory.TryStat(name, out var status) && status.IsDirectory)
        {
            directory.Exchange(oldName, name);
            directory.Remove(name);
        }
    }

    /// <summary>Undoes a rename to this name by a killed process that did not record it, so that the layer keeps its directory.</summary>
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
