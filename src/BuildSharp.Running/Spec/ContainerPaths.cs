using BuildSharp.Notation;

namespace BuildSharp.Running.Spec;

/// <summary>Operations on absolute paths in a container as text. Only the kernel resolves links.</summary>
internal static class ContainerPaths
{
    /// <summary>Removes double slashes, <c>.</c>, trailing slashes, and <c>..</c> with the name before it; <c>..</c> at the root stays at
    /// the root.</summary>
    public static string Normalise(string path) => SlashPath.Clean("/" + path);

    /// <summary>Number of components of a normalised path; 0 for the root.</summary>
    public static int Depth(string path) => path == "/" ? 0 : path.Count(character => character == '/');

    /// <summary>Whether <paramref name="path"/> is <paramref name="parent"/> or below it; both are normalised.</summary>
    public static bool IsWithin(string path, string parent) =>
        parent == "/" || path == parent || path.StartsWith(parent + "/", StringComparison.Ordinal);
}
