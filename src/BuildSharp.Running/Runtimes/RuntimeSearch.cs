using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Running.Runtimes;

/// <summary>Finds the OCI runtime.</summary>
internal static class RuntimeSearch
{
    /// <summary>Absolute path of the runtime.</summary>
    /// <param name="asked">Name or path given by the user; null for any.</param>
    /// <param name="searchPath">The caller's PATH.</param>
    /// <param name="places">Paths of runtimes, by name; the first that exists has precedence over the search path.</param>
    /// <param name="unifiedCgroups">Whether the host has only cgroup v2, which crun requires.</param>
    /// <exception cref="BuildSharpException">No runtime is found.</exception>
    public static string Find(
        string? asked, string searchPath, IReadOnlyDictionary<string, IReadOnlyList<string>> places, bool unifiedCgroups)
    {
        if (asked is { Length: > 0 })
        {
            return (asked.Contains('/') ? ProgramSearch.IsProgram(asked) ? Path.GetFullPath(asked) : null : Named(asked))
                ?? throw new BuildSharpException(
                    $"OCI runtime \"{asked}\" not found;{Package(asked)} name another with --runtime");
        }

        return FindUsual(searchPath, places, unifiedCgroups)
            ?? throw new BuildSharpException(
                "no OCI runtime found: looked for runc in PATH; install it (Debian: apt-get install runc), name another with --runtime, or use --isolation chroot");

        string? Named(string name) => Find(name, searchPath, places);
    }

    /// <summary>The runtime that is used unless the user names another; null when there is none. Parameters are as in
    /// <see cref="Find(string?, string, IReadOnlyDictionary{string, IReadOnlyList{string}}, bool)"/>.</summary>
    public static string? FindUsual(string searchPath, IReadOnlyDictionary<string, IReadOnlyList<string>> places, bool unifiedCgroups) =>
        Find("runc", searchPath, places) ?? (unifiedCgroups ? Find("crun", searchPath, places) : null);

    private static string? Find(string name, string searchPath, IReadOnlyDictionary<string, IReadOnlyList<string>> places) =>
        places.GetValueOrDefault(name)?.FirstOrDefault(ProgramSearch.IsProgram) ?? ProgramSearch.Find(name, searchPath);

    // Suggest a package only for runtimes whose package has the same name.
    private static string Package(string asked) =>
        Path.GetFileName(asked) is var name && name is ("runc" or "crun") ? $" install it (Debian: apt-get install {name}) or" : "";
}
