namespace BuildSharp.Containers.Adding;

/// <summary>Patterns of <c>--exclude</c>. buildah matches them from the source's root and BuildKit below each copied item; here a pattern
/// matches a path that it matches in one of the two ways.</summary>
public interface IExclusions
{
    /// <summary>What is left out of an item.</summary>
    /// <param name="start">Where the second way to read a path starts: a directory, from the source's root; empty for the root itself.</param>
    IPathFilter From(string start);
}
