namespace BuildSharp.Linux;

/// <summary>Finds programs in a search path and in system directories, which a user's PATH often lacks.</summary>
public static class ProgramSearch
{
    private const string Fallback = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Absolute path of the first program with the name; null when there is none.</summary>
    /// <param name="name">Name of the program, without a directory.</param>
    /// <param name="searchPath">Directories separated by colons; relative ones are ignored.</param>
    public static string? Find(string name, string searchPath) =>
        $"{searchPath}:{Fallback}".Split(':').Where(directory => directory.StartsWith('/'))
            .Select(directory => Path.Combine(directory, name)).FirstOrDefault(IsProgram);

    /// <summary>Whether the path is a file with an execute permission.</summary>
    public static bool IsProgram(string path) =>
        File.Exists(path) && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
