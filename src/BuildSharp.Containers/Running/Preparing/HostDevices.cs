using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Running;

/// <summary>Examines the host's device nodes.</summary>
internal static class HostDevices
{
    /// <summary>The nodes of the requests; of a directory all below it.</summary>
    /// <exception cref="BuildSharpException">A path is missing, or neither a device nor a directory.</exception>
    public static IReadOnlyList<(SpecDevice Device, string Access)> Examine(IEnumerable<DeviceRequest> requests) =>
        [.. requests.SelectMany(request => Walk(request, isRoot: true)).Select(found => (found.Device, found.Access))];

    /// <summary>The nodes bound from the host, for user namespaces, in which none can be made; terminals are the container's own.</summary>
    /// <exception cref="BuildSharpException">As for <see cref="Examine"/>.</exception>
    public static IReadOnlyList<SpecMount> Bind(IEnumerable<DeviceRequest> requests) =>
    [
        .. requests.SelectMany(request => Walk(request, isRoot: true))
            .Where(found => found.Device.Path != "/dev/ptmx" && !found.Device.Path.StartsWith("/dev/tty", StringComparison.Ordinal))
            .Select(found => new SpecMount(
                found.Device.Path, "bind", found.Source, ["rbind", "nosuid", "noexec", found.Access.Contains('w') ? "rw" : "ro"])),
    ];

    private static IEnumerable<(string Source, SpecDevice Device, string Access)> Walk(DeviceRequest request, bool isRoot)
    {
        if (!FileStatus.TryOf(request.Source, out var status, followLinks: true))
        {
            throw new BuildSharpException($"--device {request.Source}: no such file or directory");
        }

        if (status.IsDirectory)
        {
            return Directory.EnumerateFileSystemEntries(request.Source).Order(StringComparer.Ordinal).SelectMany(path =>
                Walk(new DeviceRequest(path, $"{request.Destination.TrimEnd('/')}/{Path.GetFileName(path)}", request.Access), isRoot: false));
        }

        var type = status.Type switch { FileType.CharacterDevice => "c", FileType.BlockDevice => "b", _ => null };
        if (type is null)
        {
            return isRoot ? throw new BuildSharpException($"--device {request.Source}: not a device") : [];
        }

        var device = new SpecDevice(
            ContainerPaths.Normalise(request.Destination), type, status.DeviceMajor, status.DeviceMinor, (uint)status.Mode, status.Uid, status.Gid);
        return [(request.Source, device, request.Access)];
    }
}
