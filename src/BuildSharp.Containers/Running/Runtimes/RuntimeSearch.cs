using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Running;

/// <summary>Finds the OCI runtime.</summary>
internal static class RuntimeSearch
{
    /// <summary>The runtime's absolute path.</summary>
    /// <param name="asked">Name or path that the user gave; null for whichever is there.</param>
    /// <param name="searchPath">The caller's PATH.</param>
    /// <param name="places">Where runtimes are, by name; the first that exists goes before the search path.</param>
    /// <param name="unifiedCgroups">Whether the machine has cgroup v2 alone: crun works nowhere else.</param>
    /// <exception cref="BuildSharpException">There is none.</exception>
    public static string Find(
        string? asked, string searchPath, IReadOnlyDictionary<string, IReadOnlyList<string>> places, bool unifiedCgroups)
    {
        if (asked is { Length: > 0 })
        {
            return (asked.Contains('/') ? ProgramSearch.IsProgram(asked) ? Path.GetFullPath(asked) : null : Named(asked))
                ?? throw new BuildSharpException(
                    $"OCI runtime \"{asked}\" not found;{Package(asked)} name another with --runtime");
        }

        return Named("runc")
            ?? (unifiedCgroups ? Named("crun") : null)
            ?? throw new BuildSharpException(
                "no OCI runtime found: looked for runc in PATH; install it (Debian: apt-get install runc) or name another with --runtime");

        string? Named(string name) => places.GetValueOrDefault(name)?.FirstOrDefault(ProgramSearch.IsProgram) ?? ProgramSearch.Find(name, searchPath);
    }

    // Only these are packages of the same name; advice to install anything else would be made up.
    private static string Package(string asked) =>
        Path.GetFileName(asked) is var name && name is ("runc" or "crun") ? $" install it (Debian: apt-get install {name}) or" : "";
}
