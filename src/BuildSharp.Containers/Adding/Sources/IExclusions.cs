namespace BuildSharp.Containers.Adding.Sources;

/// <summary>Patterns of <c>--exclude</c>. buildah matches them against the path from the source's root, BuildKit against the path below the
/// copied item. Here a pattern excludes a path that it matches in either way.</summary>
public interface IExclusions
{
    /// <summary>The filter for one item.</summary>
    /// <param name="start">Directory that BuildKit's paths are relative to, given from the source's root; empty for the root.</param>
    IPathFilter From(string start);
}
