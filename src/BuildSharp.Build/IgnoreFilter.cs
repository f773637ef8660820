using BuildSharp.Containers.Adding;
using BuildSharp.Dockerfiles.Ignoring;

namespace BuildSharp.Build;

/// <summary>Shows ignore files, and <c>--exclude</c> patterns as one more, to the verb that adds files.</summary>
/// <param name="files">The files.</param>
public sealed class IgnoreFilter(IReadOnlyList<IgnoreFile> files) : IPathFilter
{
    /// <summary>A path is out as soon as one file says so: they are separate rules, so an exception in one does not undo another.</summary>
    public bool IsIgnored(string path) => files.Any(file => file.IsIgnored(path));

    /// <inheritdoc/>
    public bool MayContainIncluded(string directory) =>
        files.All(file => !file.IsIgnored(directory) || file.CouldContainExceptions(directory));

    /// <inheritdoc/>
    public bool NamesIncluded(string directory) =>
        files.All(file => !file.IsIgnored(directory) || file.NamesExceptionBelow(directory));
}
