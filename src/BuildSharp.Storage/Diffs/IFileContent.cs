using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Storage.Diffs;

/// <summary>The bytes of the file that is being placed into a tree.</summary>
internal interface IFileContent
{
    /// <summary>Fills the new, empty file.</summary>
    void WriteTo(SafeFileHandle file);
}
