using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Runtimes;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Preparing;

/// <summary>Converts the user's mounts to mounts of the runtime.</summary>
/// <param name="bundle">Holds temporary copies.</param>
/// <param name="held">The caches and agents of the run.</param>
/// <param name="hidden">Receives what only the runtime sees.</param>
/// <param name="user">The command's user.</param>
internal sealed class UserMounts(Bundle bundle, HeldMounts held, PrivateMounts hidden, SpecUser user)
{
    private int _copies;

    /// <summary>Checks the sources, changes their owner where requested, and prepares temporary copies in the bundle.</summary>
    /// <exception cref="BuildSharpException">A source does not exist.</exception>
    public IReadOnlyList<SpecMount> Prepare(IReadOnlyList<RunMount> mounts) => [.. mounts.Select(Prepare).OfType<SpecMount>()];

    private SpecMount? Prepare(RunMount mount) => mount switch
    {
        TemporaryMount memory => Prepare(memory),
        BindMount bind => Prepare(bind),
        CacheMount cache => Prepare(new BindMount
        {
            Source = cache.Source,
            Root = held.PathOf(cache),
            Destination = cache.Destination,
            Options = cache.Options,
            GivesToUser = cache.GivesToUser,
        }),
        SecretMount { IsFile: false } => null,
        SecretMount secret => Bind(secret, hidden.Add(secret), (secret.Mode & Octal.O111) == 0 ? ["nosuid", "nodev", "noexec"] : ["nosuid", "nodev"]),
        AgentMount agent => Bind(agent, held.PathOf(agent), ["nosuid", "nodev", "noexec"]),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    // runc before 1.2 gives a tmpfs the mode of the directory below it, whatever its options say, so one with a mode is mounted here.
    private SpecMount Prepare(TemporaryMount mount)
    {
        var limits = new List<string>();
        if (mount.Size is not null)
        {
            limits.Add($"size={mount.Size}");
        }

        if (mount.Mode is { } mode)
        {
            limits.Add($"mode={Convert.ToString(mode, 8)}");
        }

        return mount.Mode is null || mount.Options.Contains("tmpcopyup")
            ? new SpecMount(mount.Destination, "tmpfs", "tmpfs", [.. limits, .. mount.Options])
            : new SpecMount(mount.Destination, "bind", hidden.AddMemory(limits), ["bind", "private", .. mount.Options]);
    }

    // Connecting to a socket needs no permission to write to the mount.
    private static SpecMount Bind(RunMount mount, string source, string[] options) =>
        new(mount.Destination, "bind", source, ["bind", "private", "ro", .. options]);

    private SpecMount Prepare(BindMount mount)
    {
        using var root = mount.Root is null ? null : DirectoryHandle.Open(mount.Root);
        var status = StatusOf(mount, root);
        if (mount.GivesToUser)
        {
            GiveTo(mount, root, status);
        }

        if (mount.Kept is not null && !status.IsDirectory)
        {
            throw new BuildSharpException($"mounting {mount.Source} on {mount.Destination}: upperdir needs a directory as the source");
        }

        if (mount.DiscardsWrites && !status.IsDirectory)
        {
            return new SpecMount(mount.Destination, "bind", ThrowAwayFile(mount, root, status), mount.Options);
        }

        var source = mount.Root is null ? mount.Source : hidden.Pin(mount.Root, mount.Source, status.IsDirectory);
        return mount.DiscardsWrites ? ThrowAwayDirectory(mount, source, status) : new SpecMount(mount.Destination, "bind", source, mount.Options);
    }

    private static FileStatus StatusOf(BindMount mount, DirectoryHandle? root)
    {
        if (root is null ? FileStatus.TryOf(mount.Source, out var status, followLinks: true) : root.TryStat(mount.Source, out status, followLinks: true))
        {
            return status;
        }

        throw new BuildSharpException(
            $"mounting {mount.Source} on {mount.Destination}: {mount.Source}: no such file or directory{(mount.Root is null ? "" : $" in {mount.Root}")}");
    }

    // Mounts the source as the lower layer of an overlay; what the command writes is deleted with the bundle, or kept where the user says.
    private SpecMount ThrowAwayDirectory(BindMount mount, string source, in FileStatus status)
    {
        var (upper, work) = mount.Kept is { } kept ? Existing(mount, kept) : Temporary(status);
        List<string> options = [$"lowerdir={Escape(source)}", $"upperdir={Escape(upper)}", $"workdir={Escape(work)}", "private"];
        if (UserNamespace.IsInside)
        {
            options.Add("userxattr"); // without it, directories could not be replaced in a user namespace
        }

        return new SpecMount(mount.Destination, "overlay", "overlay", options);
    }

    private static (string Upper, string Work) Existing(BindMount mount, (string Upper, string Work) kept)
    {
        foreach (var path in new[] { kept.Upper, kept.Work })
        {
            if (!Directory.Exists(path))
            {
                throw new BuildSharpException($"mounting {mount.Source} on {mount.Destination}: {path}: no such directory");
            }
        }

        return kept;
    }

    private (string Upper, string Work) Temporary(in FileStatus status)
    {
        var directory = Directory.CreateDirectory(Path.Combine(bundle.Path, $"overlay{_copies++}")).FullName;
        var upper = Path.Combine(directory, "upper");
        var work = Path.Combine(directory, "work");
        using (var handle = DirectoryHandle.Open(directory))
        {
            handle.MakeDirectory("work", Octal.O700);
            handle.MakeDirectory("upper", status.Mode);
            CopyAttributes(handle, "upper", status);
        }

        return (upper, work);
    }

    private string ThrowAwayFile(BindMount mount, DirectoryHandle? root, in FileStatus status)
    {
        using var handle = DirectoryHandle.Open(bundle.Path);
        var name = $"file{_copies++}";
        using (var source = root?.OpenFile(mount.Source) ?? File.OpenHandle(mount.Source))
        using (var copy = handle.CreateFile(name, Octal.O600))
        {
            FileCopy.Content(source, copy, status);
        }

        CopyAttributes(handle, name, status);
        return Path.Combine(bundle.Path, name);
    }

    // The kernel clears setuid and setgid on chown, so the mode comes after the owner.
    private static void CopyAttributes(DirectoryHandle directory, string name, in FileStatus status)
    {
        directory.SetOwner(name, status.Uid, status.Gid);
        directory.SetMode(name, status.Mode);
        directory.SetTimes(name, status.ModifiedSeconds, status.ModifiedNanoseconds);
    }

    private void GiveTo(BindMount mount, DirectoryHandle? root, in FileStatus status)
    {
        if (status.IsDirectory)
        {
            using var directory = root?.OpenDirectory(mount.Source, followLinks: true) ?? DirectoryHandle.Open(mount.Source);
            GiveTree(directory);
            directory.SetOwner(user.Uid, user.Gid);
            return;
        }

        using var file = root?.OpenFile(mount.Source, OpenFlags.NonBlocking) ?? File.OpenHandle(mount.Source);
        FileDescriptor.SetOwner(file, user.Uid, user.Gid);
    }

    private void GiveTree(DirectoryHandle directory)
    {
        using var walk = new DirectoryWalk(directory);
        while (walk.MoveNext())
        {
            walk.Directory.SetOwner(walk.Current.Name, user.Uid, user.Gid);
            walk.TryEnter();
        }
    }

    // Overlay's mount options separate paths with ":" and options with ",".
    private static string Escape(string path) =>
        path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal);
}
