using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Preparing;

/// <summary>Resolves the destinations of mounts and device nodes, so that the runtime gets paths without links. Runtimes resolve paths too,
/// but not always inside the root: runc before 1.2.8 creates the links in /dev by following a link at /dev out of the root
/// (CVE-2025-52565).</summary>
internal sealed class MountPlaces
{
    // Directories that every runtime mounts on or writes to.
    private static readonly string[] KernelPlaces = ["dev", "proc", "sys"];

    private readonly DirectoryHandle _root;
    private readonly List<string> _taken = [];

    /// <summary>Checks the directories that every runtime mounts on.</summary>
    /// <param name="root">The container's root.</param>
    /// <exception cref="BuildSharpException">/dev, /proc or /sys is a link or a file.</exception>
    public MountPlaces(DirectoryHandle root)
    {
        _root = root;
        foreach (var name in KernelPlaces)
        {
            // A link is rejected even if it stays inside the root, because it may be changed before the runtime uses it.
            if (root.TryStat(name, out var found) && !found.IsDirectory)
            {
                throw new BuildSharpException(
                    $"/{name} in the container is {(found.IsSymbolicLink ? "a symbolic link" : "not a directory")}: no command can run there, "
                    + "because the runtime would write to what is in the place of the directory; remove it and make a directory");
            }
        }
    }

    /// <summary>The mounts with links in their destinations resolved inside the root.</summary>
    /// <param name="mounts">In the order of mounting: below an earlier mount, links in the root do not count.</param>
    /// <exception cref="BuildSharpException">Nothing can be mounted on a destination.</exception>
    public IReadOnlyList<SpecMount> Find(IReadOnlyList<SpecMount> mounts)
    {
        var found = new List<SpecMount>(mounts.Count);
        foreach (var mount in mounts)
        {
            var place = Find(mount.Destination, "mounting on");
            found.Add(mount with { Destination = place });
            if (place != "/")
            {
                _taken.Add(place);
            }
        }

        return found;
    }

    /// <summary>The device nodes with links in their paths resolved. Call this after the mounts, because nodes may lie below
    /// them.</summary>
    /// <exception cref="BuildSharpException">A node cannot be created at its path.</exception>
    public IReadOnlyList<SpecDevice> Find(IReadOnlyList<SpecDevice> devices) =>
        [.. devices.Select(device => device with { Path = Find(device.Path, "making the device") })];

    private string Find(string destination, string purpose)
    {
        if (destination == "/")
        {
            return destination;
        }

        var bytes = Resolve(destination, purpose);
        var place = "/" + Encoding.UTF8.GetString(bytes);
        if (place == destination)
        {
            return place;
        }

        if (!Encoding.UTF8.GetBytes(place).AsSpan(1).SequenceEqual(bytes))
        {
            throw new BuildSharpException($"{purpose} {destination}: a link on the way leads to a name in the container that is not UTF-8");
        }

        if (place == "/" || ContainerPaths.IsWithin(place, "/proc") || ContainerPaths.IsWithin(place, "/sys"))
        {
            throw new BuildSharpException($"{purpose} {destination}: a link in the container leads to {place}, where it cannot be done");
        }

        return place;
    }

    private byte[] Resolve(string destination, string purpose)
    {
        try
        {
            return ResolvedPath.Of(_root, Encoding.UTF8.GetBytes(destination), IsTaken);
        }
        catch (LinuxException error)
        {
            throw new BuildSharpException($"{purpose} {destination} in the container: {error.Reason}", error);
        }
    }

    private bool IsTaken(byte[] path)
    {
        var place = "/" + Encoding.UTF8.GetString(path);
        return _taken.Exists(taken => ContainerPaths.IsWithin(place, taken));
    }
}
