namespace BuildSharp.Containers.Running;

/// <summary>Absolute paths inside a container, as text; they are resolved against the root by the kernel alone.</summary>
internal static class ContainerPaths
{
    /// <summary>Drops doubled slashes, <c>.</c> and trailing slashes, and lets <c>..</c> take the name before it, never beyond the root.</summary>
    public static string Normalise(string path)
    {
        var names = new List<string>();
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name == "..")
            {
                if (names.Count > 0)
                {
                    names.RemoveAt(names.Count - 1);
                }
            }
            else if (name != ".")
            {
                names.Add(name);
            }
        }

        return "/" + string.Join('/', names);
    }

    /// <summary>Number of names in a normalised path; 0 for the root.</summary>
    public static int Depth(string path) => path == "/" ? 0 : path.Count(character => character == '/');

    /// <summary>Whether <paramref name="path"/> is <paramref name="parent"/> or lies below it; both normalised.</summary>
    public static bool IsWithin(string path, string parent) =>
        parent == "/" || path == parent || path.StartsWith(parent + "/", StringComparison.Ordinal);
}
