namespace BuildSharp.Containers.Adding.Sources;

/// <summary>Combines the ignore file and <c>--exclude</c> for one item. An exception in one does not override the other.</summary>
internal sealed class ItemFilter(IPathFilter ignored, IPathFilter excluded) : IPathFilter
{
    /// <inheritdoc/>
    public bool IsIgnored(string path) => ignored.IsIgnored(path) || excluded.IsIgnored(path);

    /// <inheritdoc/>
    public bool MayContainIncluded(string directory) => ignored.MayContainIncluded(directory) && excluded.MayContainIncluded(directory);

    /// <inheritdoc/>
    public bool NamesIncluded(string directory) => ignored.NamesIncluded(directory) && excluded.NamesIncluded(directory);
}
