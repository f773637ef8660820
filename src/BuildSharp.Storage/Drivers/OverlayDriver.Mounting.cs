using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage.Checking;

namespace BuildSharp.Storage.Drivers;

internal sealed partial class OverlayDriver
{
    /// <summary>Maximum size of <c>mount</c> data in bytes, including the final zero (mount(2)).</summary>
    private const int DataRoom = 4096;

    public string MountPoint(string id) =>
        IsInAdditionalStore(id) ? Path.Combine(_runHome, id, "merged") : Path.Combine(_home, id, "merged");

    public bool IsMounted(string id) => MountTable.IsMountPoint(MountPoint(id));

    public void Mount(string id, LayerMountOptions mount)
    {
        var directory = DirectoryOf(id);
        var isReadOnly = mount.IsReadOnly || IsInAdditionalStore(id);
        var lowers = LowerLayers(id).SelectMany(ContentOf).ToList();
        var own = ContentOf(id).ToList();
        lowers.InsertRange(0, isReadOnly ? own : own.Skip(1));
        if (LowerLayers(id).Count == 0)
        {
            var empty = Path.Combine(isReadOnly ? Path.GetDirectoryName(MountPoint(id))! : directory, "empty");
            StoreDirectories.Make(empty, Octal.O700);
            lowers.Add(empty);
        }

        var target = MountPoint(id);
        StoreDirectories.Make(Path.GetDirectoryName(target)!, Octal.O700);
        StoreDirectories.Make(target, Octal.O700);
        var data = new List<string>(_options.MountData);
        if (!isReadOnly)
        {
            StoreDirectories.Make(Path.Combine(directory, "work"), Octal.O700);
            ForgetVolatileMount(directory);
        }

        if (mount.FollowsElsewhere && !data.Contains(OverlayOptions.MetadataCopies))
        {
            data.Add(OverlayOptions.MetadataCopies);
        }

        if (_userXattr)
        {
            // The kernel refuses both together: a user who may write user.overlay attributes could forge such metadata.
            data.Remove(OverlayOptions.MetadataCopies);
            data.Add("userxattr");
        }

        if (mount.MountLabel is not null)
        {
            data.Add($"context=\"{mount.MountLabel}\"");
        }

        var upper = isReadOnly ? null : directory;
        try
        {
            try
            {
                Attach(target, lowers, upper, mount.IsVolatile && upper is not null ? [.. data, "volatile"] : data);
            }
            catch (LinuxException e) when (e.Errno == Errno.EINVAL && mount.IsVolatile && upper is not null)
            {
                // Kernels before 5.10 do not know the option.
                Attach(target, lowers, upper, data);
            }
        }
        catch (LinuxException e)
        {
            throw LowerLayers(id).FirstOrDefault(layer => !Exists(layer)) is { } lost && e.Errno == Errno.ENOENT
                ? Lost(lost)
                : new BuildSharpException($"cannot mount layer {id} with overlay: {e.Reason}{Advice(e.Errno)}", e);
        }
    }

    public void Unmount(string id)
    {
        var target = MountPoint(id);
        BuildSharp.Linux.Mount.Detach(target);
        if (IsInAdditionalStore(id))
        {
            using var run = DirectoryHandle.TryOpen(_runHome);
            run?.RemoveTree(id);
        }
    }

    private static string Advice(int errno) => errno switch
    {
        Errno.EINVAL => " (is the store on a file system that overlay can use? try --storage-driver vfs)",
        Errno.EPERM => " (mounting needs root)",
        _ => "",
    };

    private void Attach(string target, IReadOnlyList<string> lowers, string? upper, IReadOnlyList<string> words)
    {
        var plain = Data(lowers, upper, words);
        if (System.Text.Encoding.UTF8.GetByteCount(plain) < DataRoom)
        {
            BuildSharp.Linux.Mount.Attach("overlay", target, "overlay", _options.MountFlags, plain);
        }
        else if (!TryAttachStepwise(target, lowers, upper, words))
        {
            AttachRelative(target, lowers, upper, words);
        }
    }

    /// <summary>Sets one mount option per call, so the total length is not limited; false before Linux 6.7.</summary>
    private bool TryAttachStepwise(string target, IReadOnlyList<string> lowers, string? upper, IReadOnlyList<string> words)
    {
        using var context = FileSystemContext.Open("overlay");
        foreach (var lower in lowers)
        {
            if (!context.TrySet("lowerdir+", lower))
            {
                return false;
            }
        }

        if (upper is not null)
        {
            Set("upperdir", Path.Combine(upper, "diff"));
            Set("workdir", Path.Combine(upper, "work"));
        }

        foreach (var word in words)
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                context.SetFlag(word);
            }
            else
            {
                Set(word[..equals], word[(equals + 1)..].Trim('"'));
            }
        }

        context.TrySet("source", "overlay");
        context.AttachTo(target, _options.MountFlags);
        return true;

        void Set(string key, string value)
        {
            if (!context.TrySet(key, value))
            {
                throw new LinuxException("fsconfig", $"{key}={value}", Errno.EINVAL);
            }
        }
    }

    /// <summary>Uses short names relative to the home, on a thread with its own working directory.</summary>
    private void AttachRelative(string target, IReadOnlyList<string> lowers, string? upper, IReadOnlyList<string> words)
    {
        var shortened = lowers.Select(Shorten).ToList();
        var data = Data(shortened, upper is null ? null : Path.GetRelativePath(_home, upper), words);
        if (data.Length >= DataRoom)
        {
            throw new BuildSharpException($"{lowers.Count} layers are more than this kernel can mount at once; Linux 6.7 can, or commit with --squash");
        }

        PrivateWorkingDirectory.Run(_home, () => BuildSharp.Linux.Mount.Attach("overlay", target, "overlay", _options.MountFlags, data));
    }

    private string Shorten(string lower)
    {
        var directory = Path.GetDirectoryName(lower)!;
        return Path.GetDirectoryName(directory) == _home && Path.GetFileName(lower) == "diff" && ReadSmall(Path.Combine(directory, "link")) is { } link && LinkExamination.IsLinkName(link)
            ? "l/" + link
            : lower;
    }

    private static string Data(IReadOnlyList<string> lowers, string? upper, IReadOnlyList<string> words)
    {
        IEnumerable<string> data = [$"lowerdir={string.Join(':', lowers.Select(lower => Escape(lower).Replace(":", "\\:", StringComparison.Ordinal)))}"];
        if (upper is not null)
        {
            data = [.. data, $"upperdir={Escape(Path.Combine(upper, "diff"))}", $"workdir={Escape(Path.Combine(upper, "work"))}"];
        }

        return string.Join(',', data.Concat(words));
    }

    private static string Escape(string path) =>
        path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal);

    /// <summary>Deletes overlay's mark of a volatile mount. With the mark, the kernel refuses to mount again, because it does not know
    /// whether the machine crashed. The store knows: the mount counts are in a directory that is emptied at boot.</summary>
    private static void ForgetVolatileMount(string directory)
    {
        using var work = DirectoryHandle.TryOpen(Path.Combine(directory, "work"));
        work?.RemoveTree("work/incompat/volatile");
    }
}
