using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>Turns failed system calls into messages that say what the user can do.</summary>
internal static class StoreErrors
{
    /// <summary>Describes a failed call on a file of the store.</summary>
    /// <param name="error">The failed call.</param>
    /// <param name="attempt">What was attempted, as a verb: "write", "lock".</param>
    /// <param name="path">The file.</param>
    internal static BuildSharpException Describe(LinuxException error, string attempt, string path) => error.Errno switch
    {
        Errno.ENOSPC or Errno.EDQUOT => new BuildSharpException(
            $"cannot {attempt} {path}: no space left on device; free some and repeat", error),
        Errno.EROFS => new BuildSharpException(
            $"cannot {attempt} {path}: the file system is read-only; choose another store with --root", error),
        Errno.EACCES or Errno.EPERM => new BuildSharpException(
            $"cannot {attempt} {path}: permission denied; run as root or choose another store with --root and --runroot", error),
        // Files of the store are opened with O_NOFOLLOW, so ELOOP means that a symbolic link replaced the file.
        Errno.ELOOP => new BuildSharpException(
            $"cannot {attempt} {path}: a symbolic link stands there, which could lead anywhere; remove it and repeat", error),
        _ => new BuildSharpException($"cannot {attempt} {path}: {error.Reason}", error),
    };

    /// <summary>Whether the failure means that the disk or the user's quota is full.</summary>
    internal static bool IsNoSpace(BuildSharpException failure) => failure.InnerException is LinuxException { Errno: Errno.ENOSPC or Errno.EDQUOT };

    /// <summary>Whether the kernel refuses to remove one particular file. Work on other files should continue.</summary>
    internal static bool IsRefusedRemoval(Exception failure) =>
        (failure as LinuxException ?? failure.InnerException as LinuxException)?.Errno is Errno.EPERM or Errno.EACCES or Errno.EBUSY or Errno.EIO or Errno.EROFS;

    /// <summary>Message for a record file that cannot be parsed.</summary>
    internal static BuildSharpException Corrupt(string path, Exception error) =>
        new($"{path} is damaged ({Problem(error)}); restore it from a backup, or move the store away and start anew: nothing was changed", error);

    /// <summary>Message for a file of the run root that cannot be parsed.</summary>
    internal static BuildSharpException CorruptCounts(string path, Exception error) =>
        new($"{path} is damaged ({Problem(error)}); if nothing of the store is mounted remove it, it will be made anew: nothing was changed", error);

    /// <summary>The parser's message in plain words.</summary>
    internal static string Problem(Exception error) => error switch
    {
        System.Text.Json.JsonException { LineNumber: { } line, BytePositionInLine: { } position } => $"not valid JSON at line {line + 1}, byte {position + 1}",
        InvalidOperationException => "a field is of the wrong type",
        KeyNotFoundException => "an entry lacks a field",
        _ => error.Message.TrimEnd('.'),
    };
}
