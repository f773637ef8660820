using System.Runtime.InteropServices;
using System.Text;

namespace BuildSharp.Linux;

/// <summary>A system call failed. Caught where the intent is known and turned into a message for the user.</summary>
public sealed class LinuxException : IOException
{
    private const int MostShown = 600;

    /// <summary>Describes the failure.</summary>
    /// <param name="call">Name of the system call.</param>
    /// <param name="path">The path or other operand; null when there is none.</param>
    /// <param name="errno">One of <see cref="Linux.Errno"/> or any other number of the kernel.</param>
    public LinuxException(string call, string? path, int errno)
        : this(call, path, errno, Describe(errno))
    {
    }

    private LinuxException(string call, string? path, int errno, string reason)
        : base(path is null ? $"{call}: {reason}" : $"{call} {Shorten(path)}: {reason}")
    {
        Call = call;
        Path = path;
        Errno = errno;
        Reason = reason;
    }

    /// <summary>Name of the system call.</summary>
    public string Call { get; }

    /// <summary>The path or other operand, as passed (so often relative to a directory handle).</summary>
    public string? Path { get; }

    /// <summary>The error number.</summary>
    public int Errno { get; }

    /// <summary>The kernel's words for the error number, in small letters like "no such file or directory"; plainer ones where the kernel's
    /// say nothing.</summary>
    public string Reason { get; }

    /// <summary>The words of <see cref="Reason"/> for any error number.</summary>
    public static string Describe(int errno)
    {
        var text = Marshal.GetPInvokeErrorMessage(errno);
        return text.Length > 1 && char.IsAsciiLetterUpper(text[0]) && char.IsAsciiLetterLower(text[1])
            ? char.ToLowerInvariant(text[0]) + text[1..]
            : text;
    }

    /// <summary>A path as a message shows it: of one that would fill a screen only the beginning and the end.</summary>
    public static string Shorten(string path) => path.Length <= MostShown ? path : $"{path[..(MostShown / 2)]}…{path[^(MostShown / 2)..]}";

    internal static LinuxException Last(string call, string? path = null) => new(call, path, Marshal.GetLastPInvokeError());

    /// <summary>Where a file was expected there is a pipe, a socket or a device.</summary>
    internal static LinuxException NotRegular(string path) => new("open", path, Linux.Errno.ENXIO, "it is not a regular file");

    /// <summary>A refused change of owner. In a user namespace the kernel calls ids that are not in its map invalid arguments.</summary>
    internal static LinuxException LastOfOwner(string call, string? path, uint uid, uint gid) =>
        Last(call, path) is { Errno: Linux.Errno.EINVAL } failure && !(UserNamespace.HasUser(uid) && UserNamespace.HasGroup(gid))
            ? new LinuxException(
                call, path, failure.Errno, $"the owner {uid}:{gid} is not among the ids of this user namespace; /etc/subuid and /etc/subgid can give its user more")
            : Last(call, path);

    /// <summary>A directory that a walk had left and came back to is another one.</summary>
    internal static LinuxException Moved(string path) => new("open", path, Linux.Errno.ESTALE, "it was moved or removed meanwhile");

    internal static LinuxException Last(string call, ReadOnlySpan<byte> path) => Last(call, Encoding.UTF8.GetString(path));
}
