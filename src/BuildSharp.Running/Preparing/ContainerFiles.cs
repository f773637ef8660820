using System.Text;
using BuildSharp.Linux;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Preparing;

/// <summary>Reads files of a container that a runtime config depends on, without following links out of its root.</summary>
internal static class ContainerFiles
{
    // Account files have a few kilobytes; the limit keeps an untrusted image from filling our memory.
    private const int MostBytes = 16 * 1024 * 1024;

    /// <summary>Content of a small text file; empty when it does not exist or is not a regular file.</summary>
    public static string ReadText(DirectoryHandle root, string path)
    {
        if (!root.TryStat(path, out var status, followLinks: true) || !status.IsRegular)
        {
            return "";
        }

        using var file = root.TryOpenFile(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        if (file is null)
        {
            return "";
        }

        var content = new byte[(int)Math.Min(status.Size, MostBytes)];
        return Encoding.UTF8.GetString(content, 0, FileDescriptor.ReadAt(file, content, 0));
    }

    /// <summary>Replaces a bare program name by its path in the container's PATH. A name that is not found stays, because users know the
    /// runtime's error message.</summary>
    /// <param name="root">The container's root.</param>
    /// <param name="args">The command.</param>
    /// <param name="path">The container's PATH; an empty element is the working directory.</param>
    /// <param name="workingDirectory">Working directory of the command.</param>
    public static IReadOnlyList<string> LookUpProgram(DirectoryHandle root, IReadOnlyList<string> args, string path, string workingDirectory)
    {
        if (args[0].Contains('/') || args[0].Length == 0)
        {
            return args;
        }

        foreach (var element in path.Split(':'))
        {
            var directory = element.StartsWith('/') ? element : ContainerPaths.Normalise($"{workingDirectory}/{element}");
            var candidate = $"{directory.TrimEnd('/')}/{args[0]}";

            // The target of a link cannot be checked here, because absolute links apply after chroot; the runtime reports a bad one.
            if (root.TryStat(candidate, out var status)
                && (status.IsSymbolicLink || (!status.IsDirectory && (status.Mode & Octal.O111) != 0)))
            {
                return [candidate, .. args.Skip(1)];
            }
        }

        return args;
    }

    /// <summary>Whether the image has the loader of 32-bit x86 programs, which a seccomp filter for the native architecture alone would
    /// kill.</summary>
    public static bool HasForeignPrograms(DirectoryHandle root, string imageArchitecture) =>
        imageArchitecture is "386" or "arm"
        || root.TryStat("lib/ld-linux.so.2", out _, followLinks: true)
        || root.TryStat("lib/ld-musl-i386.so.1", out _, followLinks: true)
        || root.TryStat("lib/ld-linux-armhf.so.3", out _, followLinks: true)
        || root.TryStat("libx32/ld-linux-x32.so.2", out _, followLinks: true);

    /// <summary>Creates the working directory of a command with missing parents, owned by the user, with mode 0755. Unlike mount targets,
    /// they are kept, because WORKDIR is meant to create them.</summary>
    public static void MakeWorkingDirectory(DirectoryHandle root, string path, SpecUser user)
    {
        if (path == "/" || (root.TryStat(path, out var status, followLinks: true) && status.IsDirectory))
        {
            return;
        }

        var names = path[1..].Split('/');
        for (var count = 1; count <= names.Length; count++)
        {
            var part = string.Join('/', names, 0, count);
            if (!root.TryStat(part, out _, followLinks: true))
            {
                root.MakeDirectory(part, Octal.O755);
                root.SetOwner(part, user.Uid, user.Gid);
                root.SetMode(part, Octal.O755);
            }
        }
    }
}
