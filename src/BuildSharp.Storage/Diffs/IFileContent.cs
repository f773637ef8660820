using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Storage.Diffs;

/// <summary>Content of a file that is being written to a tree.</summary>
internal interface IFileContent
{
    /// <summary>Writes the content to the new, empty file.</summary>
    void WriteTo(SafeFileHandle file);
}
