namespace BuildSharp.Containers.Adding;

/// <summary>What an ignore file and <c>--exclude</c> leave out. Paths are relative to the source's root, with <c>/</c> between names
/// and none in front.</summary>
public interface IPathFilter
{
    /// <summary>Whether the path itself is left out.</summary>
    bool IsIgnored(string path);

    /// <summary>Whether something below an ignored directory may come back in through an exception, so that it has to be walked.</summary>
    bool MayContainIncluded(string directory);

    /// <summary>Whether an ignored directory may still be named as a source: an exception spells out a path below it, letter by letter.
    /// One that only a wildcard leads into, as <c>!*/x</c> does, counts as missing there, although a walk of its parent finds <c>x</c>.</summary>
    bool NamesIncluded(string directory);
}
