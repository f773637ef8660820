using BuildSharp.Oci.Layers;

namespace BuildSharp.Oci.Comparing;

/// <summary>The order of names in the layers that this program writes: a directory, then what is in it, sorted by bytes, a whiteout in the
/// place of what it hides. Another order costs memory only.</summary>
internal static class TarOrder
{
    /// <summary>Compares two paths without slashes at their ends.</summary>
    public static int Compare(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        while (true)
        {
            var order = Component(ref first).SequenceCompareTo(Component(ref second));
            if (order != 0 || (first.IsEmpty && second.IsEmpty))
            {
                return order;
            }
        }
    }

    private static ReadOnlySpan<byte> Component(ref ReadOnlySpan<byte> rest)
    {
        var slash = rest.IndexOf((byte)'/');
        var component = slash < 0 ? rest : rest[..slash];
        rest = slash < 0 ? [] : rest[(slash + 1)..];
        return Whiteout.IsOpaqueMarker(component) ? [] : Whiteout.TryGetHidden(component, out var hidden) ? hidden : component;
    }
}
