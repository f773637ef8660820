using BuildSharp.Containers.Adding.Sources;
using BuildSharp.Dockerfiles.Ignoring;

namespace BuildSharp.Build;

/// <summary>Adapts an ignore file for COPY and ADD.</summary>
/// <param name="file">The ignore file.</param>
public sealed class IgnoreFilter(IgnoreFile file) : IPathFilter
{
    /// <inheritdoc/>
    public bool IsIgnored(string path) => file.IsIgnored(path);

    /// <inheritdoc/>
    public bool MayContainIncluded(string directory) => !file.IsIgnored(directory) || file.CouldContainExceptions(directory);

    /// <inheritdoc/>
    public bool NamesIncluded(string directory) => !file.IsIgnored(directory) || file.NamesExceptionBelow(directory);
}
