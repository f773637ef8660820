using BuildSharp.Oci;

namespace BuildSharp.Storage.Drivers;

/// <summary>Determines the driver of a store (containers-storage.conf(5), driver).</summary>
internal static class DriverChoice
{
    private static readonly string[] Known = ["overlay", "btrfs", "zfs", "vfs"];

    /// <exception cref="BuildSharpException">The driver is not supported, or the directory contains stores of several drivers.</exception>
    internal static string Of(StoreOptions options)
    {
        if (options.Driver is { } chosen)
        {
            return Supported(chosen);
        }

        var present = Known
            .Where(name => name != "vfs" || options.DriverPriority.Contains("vfs"))
            .Where(name => Directory.Exists(Path.Combine(options.GraphRoot, name)))
            .ToList();
        return present.Count switch
        {
            0 => Supported(options.DriverPriority.FirstOrDefault(name => name is "overlay" or "overlay2" or "vfs") ?? "overlay"),
            1 => Supported(present[0]),
            _ => throw new BuildSharpException(
                $"{options.GraphRoot} holds stores of the drivers {string.Join(" and ", present)}: choose one with --storage-driver"),
        };
    }

    /// <summary>Creates the driver with the given name.</summary>
    /// <exception cref="BuildSharpException">An option is not supported.</exception>
    internal static IGraphDriver Make(string name, StoreOptions options) => name == "vfs" ? new VfsDriver(options) : new OverlayDriver(options);

    private static string Supported(string name) => name switch
    {
        "overlay" or "overlay2" => "overlay",
        "vfs" => "vfs",
        _ => throw new BuildSharpException($"storage driver \"{name}\" is not supported: overlay and vfs are"),
    };
}
