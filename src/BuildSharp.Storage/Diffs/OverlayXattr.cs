namespace BuildSharp.Storage.Diffs;

/// <summary>Extended attributes that overlay keeps in an upper directory (kernel documentation, filesystems/overlayfs).</summary>
internal static class OverlayXattr
{
    /// <summary>Whether overlay uses the attribute internally, in either of its two namespaces.</summary>
    public static bool IsOverlays(ReadOnlySpan<byte> name) => name.StartsWith("trusted.overlay."u8) || name.StartsWith("user.overlay."u8);

    /// <summary>Whether the attribute says that a directory's entries or a file's content are in a lower layer (options <c>redirect_dir</c>
    /// and <c>metacopy</c>).</summary>
    public static bool PointsElsewhere(ReadOnlySpan<byte> name) =>
        IsOverlays(name) && (name.EndsWith(".redirect"u8) || name.EndsWith(".metacopy"u8));

    /// <summary>Name of the attribute that makes a directory opaque.</summary>
    public static ReadOnlySpan<byte> Opaque(WhiteoutFormat format) =>
        format == WhiteoutFormat.OverlayUser ? "user.overlay.opaque"u8 : "trusted.overlay.opaque"u8;
}
