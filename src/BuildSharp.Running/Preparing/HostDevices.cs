using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Preparing;

/// <summary>Reads device nodes of the host.</summary>
internal static class HostDevices
{
    /// <summary>The requested device nodes; for a directory, all device nodes below it.</summary>
    /// <exception cref="BuildSharpException">A path does not exist, or is neither a device nor a directory.</exception>
    public static IReadOnlyList<(SpecDevice Device, string Access)> Examine(IEnumerable<DeviceRequest> requests) =>
        [.. requests.SelectMany(request => Walk(request, isRoot: true)).Select(found => (found.Device, found.Access))];

    /// <summary>Bind mounts of the requested device nodes, for user namespaces, where nodes cannot be created. Omits terminals, because the
    /// container has its own.</summary>
    /// <exception cref="BuildSharpException">As in <see cref="Examine"/>.</exception>
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
