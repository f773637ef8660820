using BuildSharp.Linux;

namespace BuildSharp.Containers.Adding.Sources;

/// <summary>One item that a source matches.</summary>
/// <param name="Path">Path from the source's root as matched, without a leading <c>/</c>; empty for the root.</param>
/// <param name="Status">Status of the item; of the target when it is a link and links are followed.</param>
/// <param name="Leading">For <c>--parents</c>: length of the end of the path that is created at the destination.</param>
internal readonly record struct SourceItem(byte[] Path, FileStatus Status, int Leading = 0)
{
    /// <summary>Last name of the path; empty for the root.</summary>
    public byte[] Name => Path[(Path.AsSpan().LastIndexOf((byte)'/') + 1)..];

    /// <summary>Path after the pivot of <c>--parents</c>.</summary>
    public byte[] PathBelowPivot => Path[^Leading..];
}
