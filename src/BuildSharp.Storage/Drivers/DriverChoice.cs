using BuildSharp.Oci;

namespace BuildSharp.Storage.Drivers;

/// <summary>Determines the driver of a store (containers-storage.conf(5), driver).</summary>
internal static class DriverChoice
{
    private const string Images = "-images";

    private static readonly string[] Known = ["overlay", "btrfs", "zfs", "vfs"];

    /// <summary>First kernel whose overlay the other tools use in a user namespace.</summary>
    private static readonly Version UserOverlay = new(5, 13);

    /// <exception cref="BuildSharpException">The driver is not supported, or the directory contains stores of several drivers.</exception>
    internal static string Of(StoreOptions options)
    {
        if (options.Driver is { } chosen)
        {
            return Supported(chosen);
        }

        if (options.IsRootless && options.DriverPriority.Count == 0)
        {
            return OfUser(options.GraphRoot);
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

    /// <summary>The driver that the other tools use for a user whose configuration names none: that of the first list of images in his
    /// store, or for a new store overlay if the kernel lets users mount it.</summary>
    private static string OfUser(string graphRoot)
    {
        var present = Directory.Exists(graphRoot) ? Directory.EnumerateFileSystemEntries(graphRoot, "*" + Images) : [];
        return present.Min(StringComparer.Ordinal) is { } first ? Supported(Path.GetFileName(first)[..^Images.Length])
            : Environment.OSVersion.Version >= UserOverlay ? "overlay" : "vfs";
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
