using BuildSharp.Oci;

namespace BuildSharp.Containers.Running;

/// <summary>Finds the OCI runtime.</summary>
internal static class RuntimeSearch
{
    // A user's PATH often lacks the sbin directories, where Debian installs runc.
    private const string Fallback = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The runtime's absolute path.</summary>
    /// <param name="asked">Name or path that the user gave; null for whichever is there.</param>
    /// <param name="searchPath">The caller's PATH.</param>
    /// <param name="unifiedCgroups">Whether the machine has cgroup v2 alone: crun works nowhere else.</param>
    /// <exception cref="BuildSharpException">There is none.</exception>
    public static string Find(string? asked, string searchPath, bool unifiedCgroups)
    {
        if (asked is { Length: > 0 })
        {
            return (asked.Contains('/') ? IsProgram(asked) ? Path.GetFullPath(asked) : null : Look(asked, searchPath))
                ?? throw new BuildSharpException(
                    $"OCI runtime \"{asked}\" not found;{Package(asked)} name another with --runtime");
        }

        return Look("runc", searchPath)
            ?? (unifiedCgroups ? Look("crun", searchPath) : null)
            ?? throw new BuildSharpException(
                "no OCI runtime found: looked for runc in PATH; install it (Debian: apt-get install runc) or name another with --runtime");
    }

    // Only these are packages of the same name; advice to install anything else would be made up.
    private static string Package(string asked) =>
        Path.GetFileName(asked) is var name && name is ("runc" or "crun") ? $" install it (Debian: apt-get install {name}) or" : "";

    private static string? Look(string name, string searchPath) =>
        $"{searchPath}:{Fallback}".Split(':').Where(directory => directory.StartsWith('/'))
            .Select(directory => Path.Combine(directory, name)).FirstOrDefault(IsProgram);

    private static bool IsProgram(string path) =>
        File.Exists(path) && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
