using BuildSharp.Linux;

namespace BuildSharp.Storage.Diffs;

/// <summary>Decides whether an opaque directory of an upper layer hides anything, and therefore needs a marker in the tar. Overlay also
/// marks new directories, which hide nothing (kernel documentation, overlayfs, "whiteouts and opaque directories").</summary>
/// <param name="lowers">The lower directories, nearest first.</param>
internal sealed class OpaqueRule(IReadOnlyList<DirectoryHandle> lowers)
{
    /// <summary>Whether the nearest lower layer that knows the path has a file there, rather than a whiteout of it or of a parent
    /// directory.</summary>
    public bool HidesSomething(byte[] path)
    {
        foreach (var lower in lowers)
        {
            if (lower.TryStat(path, out var status))
            {
                return !status.IsOverlayWhiteout;
            }

            for (var above = LayerPath.Parent(path); !above.IsEmpty; above = LayerPath.Parent(above))
            {
                if (lower.TryStat(above, out status) && status.IsOverlayWhiteout)
                {
                    return false;
                }
            }
        }

        return false;
    }
}
