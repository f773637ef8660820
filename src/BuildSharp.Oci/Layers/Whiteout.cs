namespace BuildSharp.Oci.Layers;

/// <summary>Names that mean "not there any more" in a layer's tar (OCI image-spec, layer.md, "Whiteouts").</summary>
public static class Whiteout
{
    /// <summary>Prefix of the empty file that hides its sibling of the name that follows.</summary>
    public static ReadOnlySpan<byte> Prefix => ".wh."u8;

    /// <summary>Name of the empty file that hides everything that lower layers have in its directory.</summary>
    public static ReadOnlySpan<byte> OpaqueMarker => ".wh..wh..opq"u8;

    /// <summary>Prefix of bookkeeping files of AUFS, of which only <see cref="OpaqueMarker"/> has a meaning; the rest is dropped.</summary>
    public static ReadOnlySpan<byte> MetadataPrefix => ".wh..wh."u8;

    /// <summary>Whether the base name hides a sibling, and which.</summary>
    public static bool TryGetHidden(ReadOnlySpan<byte> baseName, out ReadOnlySpan<byte> hidden)
    {
        if (baseName.StartsWith(Prefix) && !baseName.StartsWith(MetadataPrefix) && baseName.Length > Prefix.Length)
        {
            hidden = baseName[Prefix.Length..];
            return true;
        }

        hidden = default;
        return false;
    }

    /// <summary>Whether the base name makes its directory opaque.</summary>
    public static bool IsOpaqueMarker(ReadOnlySpan<byte> baseName) => baseName.SequenceEqual(OpaqueMarker);

    /// <summary>The path that hides <paramref name="path"/>: the prefix goes before its last component.</summary>
    public static byte[] Of(ReadOnlySpan<byte> path)
    {
        var slash = path.LastIndexOf((byte)'/');
        return [.. path[..(slash + 1)], .. Prefix, .. path[(slash + 1)..]];
    }
}
