using System.Text;
using BuildSharp.Linux;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Chroot;

/// <summary>Makes the device nodes and links that every container has (OCI runtime-spec, config-linux.md, "Default Devices"), and those that
/// were asked for.</summary>
internal static class ChrootDevices
{
    private static readonly (string Name, uint Major, uint Minor)[] Usual =
        [("null", 1, 3), ("zero", 1, 5), ("full", 1, 7), ("random", 1, 8), ("urandom", 1, 9), ("tty", 5, 0)];

    private static readonly (string Name, string Target)[] Links =
        [("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2"), ("ptmx", "pts/ptmx")];

    /// <param name="root">The container's root, with its mounts.</param>
    /// <param name="asked">Further device nodes.</param>
    /// <param name="hasTerminal">Whether the command has a terminal, the first of the container's devpts; it is the console, too.</param>
    public static void Make(DirectoryHandle root, IReadOnlyList<SpecDevice> asked, bool hasTerminal)
    {
        using var directory = root.OpenDirectory("dev");
        foreach (var (name, major, minor) in Usual)
        {
            if (directory.Exists(name))
            {
                continue;
            }

            if (directory.TryMakeNode(Encoding.ASCII.GetBytes(name), FileType.CharacterDevice, Octal.O666, major, minor))
            {
                directory.SetMode(name, Octal.O666);
            }
            else
            {
                directory.CreateFile(name, Octal.O666).Dispose();
                using var place = directory.OpenFile(name, OpenFlags.Path);
                Mount.Bind("/dev/" + name, $"/proc/self/fd/{(int)place.DangerousGetHandle()}");
            }
        }

        foreach (var (name, target) in Links)
        {
            if (!directory.Exists(name))
            {
                directory.SymbolicLink(target, name);
            }
        }

        foreach (var device in asked)
        {
            Make(root, device);
        }

        if (hasTerminal)
        {
            using var terminal = directory.OpenFile("pts/0", OpenFlags.Path);
            directory.CreateFile("console", Octal.O666).Dispose();
            using var console = directory.OpenFile("console", OpenFlags.Path);
            Mount.Bind(terminal, $"/proc/self/fd/{(int)console.DangerousGetHandle()}");
        }
    }

    private static void Make(DirectoryHandle root, SpecDevice device)
    {
        var path = device.Path[1..];
        if (Path.GetDirectoryName(path) is { Length: > 0 } parent)
        {
            root.MakeAllDirectories(parent, Octal.O755);
        }

        root.Remove(path);
        root.MakeNode(
            path, device.Type == "b" ? FileType.BlockDevice : FileType.CharacterDevice, (int)device.FileMode, (uint)device.Major, (uint)device.Minor);
        root.SetOwner(path, device.Uid, device.Gid);
        root.SetMode(path, (int)device.FileMode);
    }
}
