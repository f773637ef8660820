using BuildSharp.Containers.Adding;
using BuildSharp.Dockerfiles.Ignoring;

namespace BuildSharp.Cli.Commands;

/// <summary>What ignore files and <c>--exclude</c> leave out; either is enough.</summary>
internal sealed class PatternFilter(IReadOnlyList<IgnoreFile> files) : IPathFilter
{
    public bool IsIgnored(string path) => files.Any(file => file.IsIgnored(path));

    public bool MayContainIncluded(string directory) =>
        files.All(file => !file.IsIgnored(directory) || file.CouldContainExceptions(directory));

    public bool NamesIncluded(string directory) =>
        files.All(file => !file.IsIgnored(directory) || file.NamesExceptionBelow(directory));
}
