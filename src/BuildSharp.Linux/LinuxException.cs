using System.Runtime.InteropServices;
using System.Text;

namespace BuildSharp.Linux;

/// <summary>A system call failed. Callers that know the purpose catch it and tell the user what to do.</summary>
public sealed class LinuxException : IOException
{
    private const int MostShown = 600;

    /// <summary>Creates the exception.</summary>
    /// <param name="call">Name of the system call.</param>
    /// <param name="path">Path or other operand; null for none.</param>
    /// <param name="errno">The error number; one of <see cref="Linux.Errno"/> or any other.</param>
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

    /// <summary>Path or other operand as passed to the call, often relative to a directory handle.</summary>
    public string? Path { get; }

    /// <summary>The error number.</summary>
    public int Errno { get; }

    /// <summary>The kernel's description of the error in lower case, such as "no such file or directory"; a clearer one where that is
    /// meaningless.</summary>
    public string Reason { get; }

    /// <summary>The <see cref="Reason"/> for an error number.</summary>
    public static string Describe(int errno)
    {
        var text = Marshal.GetPInvokeErrorMessage(errno);
        return text.Length > 1 && char.IsAsciiLetterUpper(text[0]) && char.IsAsciiLetterLower(text[1])
            ? char.ToLowerInvariant(text[0]) + text[1..]
            : text;
    }

    /// <summary>A path for messages; the middle of a very long one is left out.</summary>
    public static string Shorten(string path) => path.Length <= MostShown ? path : $"{path[..(MostShown / 2)]}…{path[^(MostShown / 2)..]}";

    internal static LinuxException Last(string call, string? path = null) => new(call, path, Marshal.GetLastPInvokeError());

    /// <summary>A pipe, a socket or a device was found instead of a file.</summary>
    internal static LinuxException NotRegular(string path) => new("open", path, BuildSharp.Linux.Errno.ENXIO, "it is not a regular file");

    /// <summary>Creates the exception for a failed chown. In a user namespace the kernel reports unmapped ids as invalid
    /// arguments.</summary>
    internal static LinuxException LastOfOwner(string call, string? path, uint uid, uint gid) =>
        Last(call, path) is { Errno: BuildSharp.Linux.Errno.EINVAL } failure && !(UserNamespace.HasUser(uid) && UserNamespace.HasGroup(gid))
            ? new LinuxException(
                call, path, failure.Errno, $"the owner {uid}:{gid} is not among the ids of this user namespace; /etc/subuid and /etc/subgid can give its user more")
            : Last(call, path);

    /// <summary>A walk returned to a directory and found another one in its place.</summary>
    internal static LinuxException Moved(string path) => new("open", path, BuildSharp.Linux.Errno.ESTALE, "it was moved or removed meanwhile");

    internal static LinuxException Last(string call, ReadOnlySpan<byte> path) => Last(call, Encoding.UTF8.GetString(path));
}
