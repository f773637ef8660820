using System.Text;
using BuildSharp.Linux;

namespace BuildSharp.Containers.Running;

/// <summary>Looks into a container's root for what a runtime config needs; links never lead out of it.</summary>
internal static class ContainerFiles
{
    // Account files are a few kilobytes; an image must not make us read gigabytes.
    private const int MostBytes = 16 * 1024 * 1024;

    /// <summary>Content of a small text file; empty if there is none, or something else than a file.</summary>
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

    /// <summary>The command with a bare program name replaced by where the container's PATH has it. One that is nowhere stays as it is:
    /// the runtime's message about it is what users know.</summary>
    /// <param name="root">The container's root.</param>
    /// <param name="args">The command.</param>
    /// <param name="path">The container's PATH; an empty element is the working directory.</param>
    /// <param name="workingDirectory">Where the command starts.</param>
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

            // A link may well lead outside until the runtime has changed the root; whether it works, the runtime will say.
            if (root.TryStat(candidate, out var status)
                && (status.IsSymbolicLink || (!status.IsDirectory && (status.Mode & Octal.O111) != 0)))
            {
                return [candidate, .. args.Skip(1)];
            }
        }

        return args;
    }

    /// <summary>Whether the image has the loader of 32-bit x86 programs, which a filter for the native processor alone would kill.</summary>
    public static bool HasForeignPrograms(DirectoryHandle root, string imageArchitecture) =>
        imageArchitecture is "386" or "arm"
        || root.TryStat("lib/ld-linux.so.2", out _, followLinks: true)
        || root.TryStat("lib/ld-musl-i386.so.1", out _, followLinks: true)
        || root.TryStat("lib/ld-linux-armhf.so.3", out _, followLinks: true)
        || root.TryStat("libx32/ld-linux-x32.so.2", out _, followLinks: true);

    /// <summary>Makes the directory that a command starts in, with those above it that are missing; new ones are the user's, mode 0755.
    /// Unlike mount targets they stay: WORKDIR is meant to make them.</summary>
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
