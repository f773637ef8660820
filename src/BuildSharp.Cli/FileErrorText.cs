using BuildSharp.Linux;

namespace BuildSharp.Cli;

/// <summary>Failures of the runtime's own file functions in the words that the kernel and the other tools use: what was opened, and why
/// it could not be.</summary>
internal static class FileErrorText
{
    /// <summary>One line without a full stop.</summary>
    public static string Of(Exception error) => (error, PathIn(error.Message)) switch
    {
        (FileNotFoundException or DirectoryNotFoundException, { } path) => $"open {path}: {FileStatus.WhyMissing(path)}",
        (UnauthorizedAccessException, { } path) => $"open {path}: {(Directory.Exists(path) ? "is a directory" : "permission denied")}",
        _ => error.Message,
    };

    /// <summary>The runtime quotes the path and tells it nowhere else.</summary>
    private static string? PathIn(string message)
    {
        int first = message.IndexOf('\''), last = message.LastIndexOf('\'');
        return last > first ? message[(first + 1)..last] : null;
    }
}
