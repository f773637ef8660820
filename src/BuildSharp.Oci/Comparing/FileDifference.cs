using System.Text;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Oci.Comparing;

/// <summary>Everything in which a file of two layers differs.</summary>
/// <param name="Name">Path as in the tar, without slashes at its ends; empty for the layer as a whole.</param>
/// <param name="Differences">At least one.</param>
public sealed record FileDifference(byte[] Name, IReadOnlyList<Difference> Differences)
{
    /// <summary>The absolute path; for a whiteout, that of the deleted file, and what happened to it.</summary>
    public string Path
    {
        get
        {
            var slash = Name.AsSpan().LastIndexOf((byte)'/');
            var last = Name.AsSpan(slash + 1);
            var directory = "/" + Encoding.UTF8.GetString(Name.AsSpan(0, slash + 1));
            return Whiteout.IsOpaqueMarker(last) ? $"{directory} (emptied)"
                : Whiteout.TryGetHidden(last, out var hidden) ? $"{directory}{Encoding.UTF8.GetString(hidden)} (deleted)"
                : $"{directory}{Encoding.UTF8.GetString(last)}";
        }
    }
}
