using BuildSharp.Linux;

namespace BuildSharp.Storage.Drivers;

internal sealed partial class OverlayDriver
{
    private const string KernelParameters = "/sys/module/overlay/parameters";

    public IReadOnlyList<KeyValuePair<string, string>> Status() =>
    [
        new("Backing Filesystem", BackingFileSystem()),
        new("Native Overlay Diff", Word(!CopiesMetadata && !IsKernelDefault("redirect_dir") && !IsKernelDefault("metacopy"))),
        new("Supports d_type", Word(KnowsTypesInDirectories())),
        new("Using metacopy", Word(CopiesMetadata)),
    ];

    private bool CopiesMetadata => !_userXattr && _options.MountData.Contains(OverlayOptions.MetadataCopies);

    private static string Word(bool value) => value ? "true" : "false";

    /// <summary>The kernel's default for an option, which applies to mounts that do not set it.</summary>
    private static bool IsKernelDefault(string option) =>
        File.Exists(Path.Combine(KernelParameters, option)) && File.ReadAllText(Path.Combine(KernelParameters, option)).StartsWith('Y');

    /// <summary>Type of the file system that holds or will hold the home, named as in the other tools.</summary>
    private string BackingFileSystem()
    {
        // Of several mounts at one path, the last one is visible. The home's bind mount shows the same file system.
        var type = MountTable.Read()
            .Where(entry => entry.MountPoint == "/" || _home == entry.MountPoint || _home.StartsWith(entry.MountPoint + "/", StringComparison.Ordinal))
            .MaxBy(entry => (entry.MountPoint.Length, entry.Id))?.Type;
        return type switch
        {
            null => "<unknown>",
            "ext2" or "ext3" or "ext4" => "extfs",
            "overlay" => "overlayfs",
            _ => type,
        };
    }

    /// <summary>Whether the file system returns the type of each name when a directory is read, which overlay requires.</summary>
    private bool KnowsTypesInDirectories()
    {
        var directory = _home;
        while (!Directory.Exists(directory))
        {
            directory = Path.GetDirectoryName(directory)!;
        }

        using var handle = DirectoryHandle.Open(directory);
        return handle.ReadEntries().TrueForAll(entry => entry.Type != FileType.Unknown);
    }
}
