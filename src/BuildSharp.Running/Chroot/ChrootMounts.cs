using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Spec;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Running.Chroot;

/// <summary>Makes the mounts of a run below its root, in a mount namespace of its own. Every place is found inside the root and mounted on
/// by its descriptor, so that a link never leads a mount elsewhere.</summary>
internal sealed class ChrootMounts
{
    private const MountFlags Harmless = MountFlags.NoSetUid | MountFlags.NoDevices | MountFlags.NoExecute;

    private readonly DirectoryHandle _root;

    private ChrootMounts(DirectoryHandle root) => _root = root;

    /// <summary>Makes all mounts and device nodes.</summary>
    /// <exception cref="BuildSharpException">A mount cannot be made.</exception>
    public static void Make(RuntimeSpec spec)
    {
        Mount.Bind(spec.RootPath, spec.RootPath, recursive: true); // pivot_root needs a mount point
        using var root = DirectoryHandle.Open(spec.RootPath);
        var mounts = new ChrootMounts(root);
        foreach (var mount in spec.Mounts)
        {
            try
            {
                mounts.Make(mount);
            }
            catch (Exception error) when (error is LinuxException or IOException)
            {
                throw new BuildSharpException($"mounting {mount.Source} on {mount.Destination}: {error.Message}", error);
            }
        }

        if (spec.Mounts.FirstOrDefault(mount => mount.Destination == "/dev") is { Type: not "bind" })
        {
            ChrootDevices.Make(root, spec.Devices, spec.Process.Terminal);
        }

        foreach (var path in spec.ReadonlyPaths)
        {
            mounts.Protect(path);
        }

        foreach (var path in spec.MaskedPaths)
        {
            mounts.Hide(path);
        }
    }

    private void Make(SpecMount mount)
    {
        var words = MountWords.Of(mount.Options);
        switch (mount.Type)
        {
            case "bind":
                Bind(mount.Source, mount.Destination, words);
                break;
            case "cgroup":
                ShowControlGroups(mount);
                break;
            case "proc" or "sysfs":
                MakeOrShow(mount, words);
                break;
            default:
                Make(mount.Type, mount.Source, mount.Destination, words);
                break;
        }

        if (words.Propagation != MountFlags.None)
        {
            using var made = Open(mount.Destination);
            Mount.Attach(null, PathOf(made), null, words.Propagation);
        }
    }

    private void Make(string type, string source, string destination, MountWords words)
    {
        if (words.Data.Contains("tmpcopyup"))
        {
            throw new BuildSharpException($"mounting a tmpfs on {destination}: tmpcopyup is not supported with --isolation chroot");
        }

        using var place = Place(destination, isFile: false);
        var data = words.Data;
        if (type == "tmpfs" && !data.Any(option => option.StartsWith("mode=", StringComparison.Ordinal)))
        {
            data = [.. data, "mode=" + Convert.ToString(_root.Stat(Relative(destination)).Mode, 8)];
        }

        Mount.Attach(source, PathOf(place), type, words.Flags, string.Join(',', data));
    }

    // A new proc or sysfs is forbidden where a part of the existing one is hidden, as in an unprivileged container.
    private void MakeOrShow(SpecMount mount, MountWords words)
    {
        try
        {
            Make(mount.Type, mount.Source, mount.Destination, words);
        }
        catch (LinuxException error) when (error.Errno == Errno.EPERM)
        {
            Show(mount.Destination, words.Flags & ~MountFlags.StrictAccessTime);
        }
    }

    private void ShowControlGroups(SpecMount mount)
    {
        if (!Directory.Exists(mount.Destination))
        {
            return;
        }

        if (ControlGroups.AreUnified)
        {
            try
            {
                Make("cgroup2", "cgroup2", mount.Destination, MountWords.Of(["nosuid", "noexec", "nodev", "relatime", "ro"]));
                return;
            }
            catch (LinuxException error) when (error.Errno is Errno.EPERM or Errno.EBUSY)
            {
                // They are shown as they are here.
            }
        }

        Show(mount.Destination, Harmless | MountFlags.ReadOnly);
    }

    // Shows a directory of the host with all mounts below it.
    private void Show(string path, MountFlags flags)
    {
        using (var place = Place(path, isFile: false))
        {
            Mount.Bind(path, PathOf(place), recursive: true);
        }

        using var shown = Open(path);
        Mount.Restrict(shown, flags);
    }

    private void Bind(string source, string destination, MountWords words)
    {
        using (var opened = OpenSource(source))
        using (var place = Place(destination, !FileDescriptor.Stat(opened).IsDirectory))
        {
            Mount.Bind(PathOf(opened), PathOf(place), words.IsRecursive);
        }

        using var made = Open(destination);
        var present = Mount.FlagsOf(made);
        var wanted = (present & ~words.Cleared) | words.Flags;
        if (wanted == present)
        {
            return;
        }

        try
        {
            Mount.Attach(null, PathOf(made), null, MountFlags.Bind | MountFlags.Remount | wanted);
        }
        catch (LinuxException error) when (error.Errno == Errno.EPERM && wanted != (present | words.Flags))
        {
            // In a user namespace, flags that the mount got outside cannot be cleared.
            Mount.Attach(null, PathOf(made), null, MountFlags.Bind | MountFlags.Remount | present | words.Flags);
        }
    }

    private void Protect(string path)
    {
        if (TryOpen(path) is not { } place)
        {
            return;
        }

        using (place)
        {
            Mount.Bind(place, PathOf(place));
        }

        using var made = Open(path);
        Mount.Attach(null, PathOf(made), null, MountFlags.Bind | MountFlags.Remount | MountFlags.ReadOnly | Mount.FlagsOf(made));
    }

    private void Hide(string path)
    {
        if (TryOpen(path) is not { } place)
        {
            return;
        }

        using (place)
        {
            if (FileDescriptor.Stat(place).IsDirectory)
            {
                Mount.Attach("tmpfs", PathOf(place), "tmpfs", MountFlags.ReadOnly, "size=0k");
            }
            else
            {
                using var nothing = Open("/dev/null");
                Mount.Bind(nothing, PathOf(place));
            }
        }
    }

    private static SafeFileHandle OpenSource(string source)
    {
        using var root = DirectoryHandle.Open("/");
        return root.OpenFile(source, OpenFlags.Path);
    }

    // Places in the root exist already; below other mounts they are made here.
    private SafeFileHandle Place(string destination, bool isFile)
    {
        if (TryOpen(destination) is { } found)
        {
            return found;
        }

        var path = Relative(destination);
        if (!isFile)
        {
            _root.MakeAllDirectories(path, Octal.O755);
        }
        else
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } parent)
            {
                _root.MakeAllDirectories(parent, Octal.O755);
            }

            _root.CreateFile(path, Octal.O644).Dispose();
        }

        return Open(destination);
    }

    private SafeFileHandle Open(string destination) => _root.OpenFile(Relative(destination), OpenFlags.Path);

    private SafeFileHandle? TryOpen(string destination) => _root.TryOpenFile(Relative(destination), OpenFlags.Path | OpenFlags.NoFollow);

    private static string Relative(string destination) => destination == "/" ? "." : destination[1..];

    private static string PathOf(SafeFileHandle file) => $"/proc/self/fd/{(int)file.DangerousGetHandle()}";
}
