using System.Text;
using BuildSharp.Containers.Adding;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Running;

/// <summary>Finds where mounts and device nodes land in a root, so that the runtime gets paths without links. A runtime resolves paths
/// itself, but not all of them inside the root: runc before 1.2.8 makes the links of /dev by following /dev out of the root
/// (CVE-2025-52565).</summary>
internal sealed class MountPlaces
{
    // What a runtime fills or writes to without being asked.
    private static readonly string[] KernelPlaces = ["dev", "proc", "sys"];

    private readonly DirectoryHandle _root;
    private readonly List<string> _taken = [];

    /// <summary>Looks at the places that every run fills.</summary>
    /// <param name="root">The container's root.</param>
    /// <exception cref="BuildSharpException">/dev, /proc or /sys is a link or a file.</exception>
    public MountPlaces(DirectoryHandle root)
    {
        _root = root;
        foreach (var name in KernelPlaces)
        {
            // A link that stays inside is no better: it can be changed between this look and the runtime's use.
            if (root.TryStat(name, out var found) && !found.IsDirectory)
            {
                throw new BuildSharpException(
                    $"/{name} in the container is {(found.IsSymbolicLink ? "a symbolic link" : "not a directory")}: no command can run there, "
                    + "because the runtime would write to what is in the place of the directory; remove it and make a directory");
            }
        }
    }

    /// <summary>The mounts with the links on the way to their destinations resolved inside the root.</summary>
    /// <param name="mounts">In the order of mounting: what an earlier one covers has no links any more.</param>
    /// <exception cref="BuildSharpException">A destination leads to where nothing can be mounted.</exception>
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

    /// <summary>The device nodes with their places resolved likewise; after the mounts, since nodes are made in what was mounted.</summary>
    /// <exception cref="BuildSharpException">As for the mounts.</exception>
    public IReadOnlyList<SpecDevice> Find(IReadOnlyList<SpecDevice> devices) =>
        [.. devices.Select(device => device with { Path = Find(device.Path, "making the device") })];

    private string Find(string destination, string purpose)
    {
        if (destination == "/")
        {
            return destination;
        }

        var bytes = ResolvedPath.Of(_root, Encoding.UTF8.GetBytes(destination), IsTaken);
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

    private bool IsTaken(byte[] path)
    {
        var place = "/" + Encoding.UTF8.GetString(path);
        return _taken.Exists(taken => ContainerPaths.IsWithin(place, taken));
    }
}
