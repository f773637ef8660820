namespace BuildSharp.Containers.Adding.Sources;

/// <summary>Files that an ignore file or <c>--exclude</c> leaves out. Paths are relative to the source's root, separated by <c>/</c>,
/// without a leading one.</summary>
public interface IPathFilter
{
    /// <summary>Whether the path is left out.</summary>
    bool IsIgnored(string path);

    /// <summary>Whether an exception may include a file below this ignored directory, so that it must be walked.</summary>
    bool MayContainIncluded(string directory);

    /// <summary>Whether this ignored directory may be a source itself: an exception without wildcards names a path below it. With an
    /// exception such as <c>!*/x</c> the directory counts as missing, although copying its parent includes <c>x</c>.</summary>
    bool NamesIncluded(string directory);
}
