namespace BuildSharp.Containers.Adding;

/// <summary>What is left out of one copied item: by the ignore file, or by <c>--exclude</c>. They are separate rules, so an exception in
/// one does not undo the other.</summary>
internal sealed class ItemFilter(IPathFilter ignored, IPathFilter excluded) : IPathFilter
{
    /// <inheritdoc/>
    public bool IsIgnored(string path) => ignored.IsIgnored(path) || excluded.IsIgnored(path);

    /// <inheritdoc/>
    public bool MayContainIncluded(string directory) => ignored.MayContainIncluded(directory) && excluded.MayContainIncluded(directory);

    /// <inheritdoc/>
    public bool NamesIncluded(string directory) => ignored.NamesIncluded(directory) && excluded.NamesIncluded(directory);
}
