using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Preparing;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Devices;

/// <summary>Finds CDI devices (Container Device Interface) by name in directories of <see cref="CdiFile"/>s.</summary>
internal static class CdiRegistry
{
    /// <summary>The directories of the specification; a later one has precedence.</summary>
    private static readonly string[] Usual = ["/etc/cdi", "/var/run/cdi"];

    /// <summary>What the named devices add to the container. A file's own edits count once, however many of its devices are named.</summary>
    /// <param name="wanted">The devices; all are CDI devices.</param>
    /// <param name="directories">The directories; empty for the specification's.</param>
    /// <exception cref="BuildSharpException">A device that is not optional is in no file, or a file cannot be read.</exception>
    public static CdiEdits Find(IReadOnlyList<DeviceRequest> wanted, IReadOnlyList<string> directories)
    {
        if (wanted.Count == 0)
        {
            return new CdiEdits();
        }

        var places = directories.Count > 0 ? directories : Usual;
        var files = places.Where(Directory.Exists)
            .SelectMany(place => Directory.EnumerateFiles(place).Where(IsFile).Order(StringComparer.Ordinal))
            .Select(CdiFile.Read)
            .Reverse()
            .ToList();
        var edits = new CdiEdits();
        var used = new HashSet<CdiFile>(ReferenceEqualityComparer.Instance);
        foreach (var request in wanted)
        {
            var found = Named(request.Source, files);
            if (found.Count == 0 && !request.IsOptional)
            {
                throw new BuildSharpException($"CDI device \"{request.Source}\" is in no file of {string.Join(", ", places)}");
            }

            foreach (var (file, device) in found)
            {
                edits = (used.Add(file) ? edits.And(file.Edits) : edits).And(device);
            }
        }

        return edits;
    }

    private static bool IsFile(string path) => Path.GetExtension(path) is ".json" or ".yaml";

    // "vendor/class=name"; as in BuildKit, the name "*" means all devices of the kind, and no name the first.
    private static IReadOnlyList<(CdiFile File, CdiEdits Edits)> Named(string name, IReadOnlyList<CdiFile> files)
    {
        var equals = name.IndexOf('=');
        var (kind, device) = equals < 0 ? (name, null) : (name[..equals], name[(equals + 1)..]);
        var all = files.Where(file => file.Kind == kind)
            .SelectMany(file => file.Devices.Select(entry => (File: file, entry.Name, entry.Edits)))
            .DistinctBy(entry => entry.Name);
        var chosen = device switch { null => all.Take(1), "*" => all, _ => all.Where(entry => entry.Name == device) };
        return [.. chosen.Select(entry => (entry.File, entry.Edits))];
    }

    /// <summary>The device nodes, completed from the host's nodes.</summary>
    /// <exception cref="BuildSharpException">A node that the file does not describe completely is not there.</exception>
    public static IReadOnlyList<(SpecDevice Device, string Access)> Nodes(CdiEdits edits) => [.. edits.Nodes.Select(node =>
    {
        if (node is { Type: { } type, Major: { } major, Minor: { } minor })
        {
            return (new SpecDevice(ContainerPaths.Normalise(node.Path), type, major, minor, node.FileMode ?? Octal.O666, node.Uid ?? 0, node.Gid ?? 0), node.Permissions);
        }

        var (device, access) = HostDevices.Examine([node.OnHost])[0];
        return (device with { FileMode = node.FileMode ?? device.FileMode, Uid = node.Uid ?? device.Uid, Gid = node.Gid ?? device.Gid }, access);
    })];
}
