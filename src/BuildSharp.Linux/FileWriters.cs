namespace BuildSharp.Linux;

/// <summary>Processes that write below a directory, for example those that a killed process had started.</summary>
public static class FileWriters
{
    private const int AccessMode = 3; // O_ACCMODE: all but 0 can write

    /// <summary>Kills all processes that have a file below the directory open for writing, and waits at most two seconds for their end.
    /// Processes of other users are killed only if this process is root.</summary>
    /// <param name="directory">A directory that only its owner can write to, whose process has ended.</param>
    public static void End(DirectoryHandle directory)
    {
        var below = File.ResolveLinkTarget($"/proc/self/fd/{directory.Descriptor}", returnFinalTarget: false)!.FullName + "/";
        ProcessSearch.End(process => Writes(process, below));
    }

    private static bool Writes(int process, string below)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries($"/proc/{process}/fd").Any(descriptor =>
                new FileInfo(descriptor).LinkTarget?.StartsWith(below, StringComparison.Ordinal) == true
                && IsOpenForWriting($"/proc/{process}/fdinfo/{Path.GetFileName(descriptor)}"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // The process has ended, or belongs to another user.
        }
    }

    // proc(5): "flags:" and the access mode and status flags in octal digits.
    private static bool IsOpenForWriting(string information)
    {
        var flags = File.ReadLines(information).FirstOrDefault(line => line.StartsWith("flags:", StringComparison.Ordinal));
        return flags is not null && (Convert.ToInt32(flags["flags:".Length..].Trim(), 8) & AccessMode) != 0;
    }
}
