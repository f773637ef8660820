namespace BuildSharp.Oci.Layers;

/// <summary>Names in a layer's tar that mean "deleted" (OCI image-spec, layer.md, "Whiteouts").</summary>
public static class Whiteout
{
    /// <summary>Prefix of an empty file that hides the file of the same directory whose name follows.</summary>
    public static ReadOnlySpan<byte> Prefix => ".wh."u8;

    /// <summary>Name of an empty file that hides all files of lower layers in its directory.</summary>
    public static ReadOnlySpan<byte> OpaqueMarker => ".wh..wh..opq"u8;

    /// <summary>Prefix of internal files of AUFS. Only <see cref="OpaqueMarker"/> has a meaning; all others are dropped.</summary>
    public static ReadOnlySpan<byte> MetadataPrefix => ".wh..wh."u8;

    /// <summary>Whether the file name hides another file, and its name.</summary>
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

    /// <summary>Whether the file name makes its directory opaque.</summary>
    public static bool IsOpaqueMarker(ReadOnlySpan<byte> baseName) => baseName.SequenceEqual(OpaqueMarker);

    /// <summary>The path of the whiteout for <paramref name="path"/>: the prefix is added to the last component.</summary>
    public static byte[] Of(ReadOnlySpan<byte> path)
    {
        var slash = path.LastIndexOf((byte)'/');
        return [.. path[..(slash + 1)], .. Prefix, .. path[(slash + 1)..]];
    }
}
