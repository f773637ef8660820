using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Storage.Diffs;

/// <summary>Stops an unpacking before it fills the file system: what compresses well can take all of it.</summary>
/// <param name="root">Directory on the file system.</param>
/// <param name="least">Number of bytes that must stay free.</param>
/// <param name="name">Name of the tar in messages.</param>
internal sealed class RoomOnDisk(DirectoryHandle root, long least, string name)
{
    private long _untilCheck = LayerApplierOptions.RoomCheck;

    /// <summary>Counts bytes that are about to be written.</summary>
    /// <exception cref="BuildSharpException">Too little room is left.</exception>
    public void Take(int count)
    {
        _untilCheck -= count;
        if (_untilCheck > 0)
        {
            return;
        }

        _untilCheck = LayerApplierOptions.RoomCheck;
        if (root.FreeBytes() is var free && free < least)
        {
            throw new BuildSharpException($"{name}: {free >> 20} MiB are left on the file system of {root.Name}, and {least >> 20} must stay free; make room there");
        }
    }
}
