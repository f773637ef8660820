using BuildSharp.Linux;

namespace BuildSharp.Cli;

/// <summary>Messages for I/O exceptions of .NET, in the form of Go programs: operation, path and the kernel's reason.</summary>
internal static class FileErrorText
{
    /// <summary>One line without a full stop.</summary>
    public static string Of(Exception error) => (error, PathIn(error.Message)) switch
    {
        (FileNotFoundException or DirectoryNotFoundException, { } path) => $"open {path}: {FileStatus.WhyMissing(path)}",
        (UnauthorizedAccessException, { } path) => $"open {path}: {(Directory.Exists(path) ? "is a directory" : "permission denied")}",
        _ => error.Message,
    };

    /// <summary>The exception has the path only inside its message, in single quotes.</summary>
    private static string? PathIn(string message)
    {
        int first = message.IndexOf('\''), last = message.LastIndexOf('\'');
        return last > first ? message[(first + 1)..last] : null;
    }
}
