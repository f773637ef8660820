using BuildSharp.Linux;

namespace BuildSharp.Containers.Adding;

/// <summary>One item that a source word stands for, links on the way to it and at its end resolved.</summary>
/// <param name="Path">Path from the source's root as matched, without <c>/</c> in front; empty for the root itself.</param>
/// <param name="Status">Status of the item; of what it points to when it is a link and links are followed.</param>
/// <param name="Leading">With <c>--parents</c>: how much of the path, from its end, is made at the destination too.</param>
internal readonly record struct SourceItem(byte[] Path, FileStatus Status, int Leading = 0)
{
    /// <summary>Last name of the path; empty for the root.</summary>
    public byte[] Name => Path[(Path.AsSpan().LastIndexOf((byte)'/') + 1)..];

    /// <summary>Path below the pivot of <c>--parents</c>.</summary>
    public byte[] PathBelowPivot => Path[^Leading..];
}
