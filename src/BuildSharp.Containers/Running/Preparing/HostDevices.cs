using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Running;

/// <summary>Examines the host's device nodes.</summary>
internal static class HostDevices
{
    /// <summary>The nodes of the requests; of a directory all below it.</summary>
    /// <exception cref="BuildSharpException">A path is missing, or neither a device nor a directory.</exception>
    public static IReadOnlyList<(SpecDevice Device, string Access)> Examine(IEnumerable<DeviceRequest> requests) =>
        [.. requests.SelectMany(request => Walk(request, isRoot: true))];

    private static IEnumerable<(SpecDevice Device, string Access)> Walk(DeviceRequest request, bool isRoot)
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
        return [(device, request.Access)];
    }
}
