namespace BuildSharp.Storage.Diffs;

/// <summary>Representation of deleted files in a tree (kernel documentation, overlayfs, "whiteouts and opaque directories").</summary>
public enum WhiteoutFormat
{
    /// <summary>None: <c>.wh.</c> names are ordinary file names. For archives that are not layers.</summary>
    None,

    /// <summary>Character devices 0:0 and <c>trusted.overlay.opaque</c>, which overlay uses for root.</summary>
    Overlay,

    /// <summary>Character devices 0:0 and <c>user.overlay.opaque</c>, for overlay mounted with <c>userxattr</c> in a user namespace.</summary>
    OverlayUser,

    /// <summary>The tree is a complete copy (vfs), so hidden files are deleted from it.</summary>
    Delete,
}
