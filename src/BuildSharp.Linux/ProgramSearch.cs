namespace BuildSharp.Linux;

/// <summary>Finds programs as a shell does, and in the system's own directories, which a user's PATH often lacks.</summary>
public static class ProgramSearch
{
    private const string Fallback = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The absolute path of the first program of that name; null when there is none.</summary>
    /// <param name="name">The name, without a directory.</param>
    /// <param name="searchPath">Directories separated by colons; relative ones do not count.</param>
    public static string? Find(string name, string searchPath) =>
        $"{searchPath}:{Fallback}".Split(':').Where(directory => directory.StartsWith('/'))
            .Select(directory => Path.Combine(directory, name)).FirstOrDefault(IsProgram);

    /// <summary>Whether the path is a file that somebody may execute.</summary>
    public static bool IsProgram(string path) =>
        File.Exists(path) && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
