using BuildSharp.Containers.Adding.Sources;
using BuildSharp.Dockerfiles.Ignoring;

namespace BuildSharp.Build;

/// <summary>Adapts the patterns of <c>--exclude</c> for COPY and ADD. The last matching pattern decides, as in an ignore file.</summary>
/// <param name="patterns">The patterns.</param>
public sealed class Exclusions(IgnoreFile patterns) : IExclusions
{
    /// <summary>The patterns of flags; null when there are none.</summary>
    /// <exception cref="Oci.BuildSharpException">A pattern is malformed.</exception>
    public static Exclusions? OfFlags(IReadOnlyList<string> flags) => flags.Count > 0 ? new Exclusions(IgnoreFile.OfFlags(flags)) : null;

    /// <inheritdoc/>
    public IPathFilter From(string start) => new Filter(patterns, start);

    private sealed class Filter(IgnoreFile patterns, string start) : IPathFilter
    {
        public bool IsIgnored(string path)
        {
            var below = Below(path);
            for (var i = patterns.Patterns.Count - 1; i >= 0; i--)
            {
                var pattern = patterns.Patterns[i];
                if (pattern.Matches(path) || (below is { Length: > 0 } && pattern.Matches(below)))
                {
                    return !pattern.IsException;
                }
            }

            return false;
        }

        public bool MayContainIncluded(string directory) => !IsIgnored(directory) || patterns.CouldContainExceptions(directory)
            || (Below(directory) is { } below && patterns.CouldContainExceptions(below));

        public bool NamesIncluded(string directory) => !IsIgnored(directory) || patterns.NamesExceptionBelow(directory)
            || (Below(directory) is { } below && patterns.NamesExceptionBelow(below));

        /// <summary>The path relative to the start; empty for the start itself, null when it is not below it.</summary>
        private string? Below(string path) => start.Length == 0 || !path.StartsWith(start, StringComparison.Ordinal) ? null
            : path.Length == start.Length ? ""
            : path[start.Length] == '/' ? path[(start.Length + 1)..]
            : null;
    }
}
