namespace BuildSharp.Storage.Diffs;

/// <summary>How a tree on disk says that something of a lower layer is gone (kernel documentation, overlayfs, "whiteouts and opaque directories").</summary>
public enum WhiteoutFormat
{
    /// <summary>It does not: <c>.wh.</c> names are files like any other. For archives that are no layers.</summary>
    None,

    /// <summary>Character devices 0:0 and <c>trusted.overlay.opaque</c>, as the kernel's overlay keeps them for root.</summary>
    Overlay,

    /// <summary>Character devices 0:0 and <c>user.overlay.opaque</c>, for overlay mounted with <c>userxattr</c> in a user namespace.</summary>
    OverlayUser,

    /// <summary>The tree is a whole copy (vfs): what is hidden is deleted from it.</summary>
    Delete,
}
