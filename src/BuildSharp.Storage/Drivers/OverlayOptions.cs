using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Storage.Drivers;

/// <summary>Options of the overlay driver. An unsupported option that would change the format on disk is refused by name.</summary>
internal sealed record OverlayOptions
{
    /// <summary>Copies only owner and mode of a file to the upper directory when only these change. If one mount of a store uses the
    /// option, all mounts must: without it the kernel does not open such files. The upper directory of such a mount is not a complete layer
    /// (kernel documentation, overlayfs, "Metadata only copy up").</summary>
    internal const string MetadataCopies = "metacopy=on";

    /// <summary>Options for the mount data, such as <c>metacopy=on</c>.</summary>
    internal IReadOnlyList<string> MountData { get; private init; } = [];

    /// <summary>Options that are mount flags, such as <c>nodev</c>.</summary>
    internal MountFlags MountFlags { get; private init; }

    /// <summary>Whether the home is not prepared before mounting.</summary>
    internal bool SkipMountHome { get; private init; }

    /// <summary>Whether content is synchronised to disk before it is recorded.</summary>
    internal bool SyncsFileSystem { get; private init; }

    internal static OverlayOptions Parse(IReadOnlyList<string> options)
    {
        var parsed = new OverlayOptions();
        foreach (var (key, value) in DriverOptions.Of("overlay", options))
        {
            parsed = key switch
            {
                "mountopt" => parsed.WithMountOptions(value),
                "skip_mount_home" => parsed with { SkipMountHome = value is "true" or "1" },
                "sync" => value is "none" or "filesystem" or ""
                    ? parsed with { SyncsFileSystem = value == "filesystem" }
                    : throw new BuildSharpException($"storage option overlay.sync={value}: expected none or filesystem"),
                // Where the user has a single id, owners are kept beside the files, with the option or without.
                "ignore_chown_errors" when value is not ("true" or "1") || UserNamespace.HasOneId => parsed,
                "use_composefs" when value is not ("true" or "1") => parsed,
                "mount_program" when value.Length == 0 => parsed,
                "force_mask" when value.Length == 0 => parsed,
                "size" or "inodes" when value.Length == 0 => parsed,
                "use_composefs" => throw Unsupported(key, value, "composefs layers are not supported"),
                "mount_program" => throw Unsupported(key, value, "mount programs are not supported; the kernel's overlay is used"),
                "size" or "inodes" => throw Unsupported(key, value, "quotas are not supported"),
                "force_mask" or "ignore_chown_errors" => throw Unsupported(key, value, "owners and modes are always kept"),
                _ => throw new BuildSharpException($"storage option overlay.{key}={value}: the overlay driver has no such option"),
            };
        }

        return parsed;
    }

    private OverlayOptions WithMountOptions(string text)
    {
        var data = new List<string>();
        var flags = MountFlags.None;
        foreach (var word in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (word)
            {
                case "nodev":
                    flags |= MountFlags.NoDevices;
                    break;
                case "noexec":
                    flags |= MountFlags.NoExecute;
                    break;
                case "nosuid":
                    flags |= MountFlags.NoSetUid;
                    break;
                case "ro":
                    flags |= MountFlags.ReadOnly;
                    break;
                case "noatime":
                    flags |= MountFlags.NoAccessTime;
                    break;
                case "nodiratime":
                    flags |= MountFlags.NoDirectoryAccessTime;
                    break;
                case "rw" or "dev" or "exec" or "suid":
                    break;
                default:
                    data.Add(word);
                    break;
            }
        }

        return this with { MountData = data, MountFlags = flags };
    }

    private static BuildSharpException Unsupported(string key, string value, string why) =>
        new($"storage option overlay.{key}={value}: {why}; remove it from storage.conf or pass --storage-opt");
}
