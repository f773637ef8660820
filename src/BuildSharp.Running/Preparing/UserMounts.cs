using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Runtimes;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Preparing;

/// <summary>Converts the user's mounts to mounts of the runtime.</summary>
internal static class UserMounts
{
    /// <summary>Checks the sources, changes their owner where requested, and prepares temporary copies in the bundle.</summary>
    /// <exception cref="BuildSharpException">A source does not exist.</exception>
    public static IReadOnlyList<SpecMount> Prepare(IReadOnlyList<RunMount> mounts, Bundle bundle, SpecUser user)
    {
        var prepared = new List<SpecMount>(mounts.Count);
        foreach (var mount in mounts)
        {
            prepared.Add(mount switch
            {
                TemporaryMount => new SpecMount(mount.Destination, "tmpfs", "tmpfs", mount.Options),
                BindMount bind => Prepare(bind, bundle, user, prepared.Count),
                _ => throw new System.Diagnostics.UnreachableException(),
            });
        }

        return prepared;
    }

    private static SpecMount Prepare(BindMount mount, Bundle bundle, SpecUser user, int number)
    {
        if (!FileStatus.TryOf(mount.Source, out var status, followLinks: true))
        {
            throw new BuildSharpException($"mounting {mount.Source} on {mount.Destination}: {mount.Source}: no such file or directory");
        }

        if (mount.GivesToUser)
        {
            GiveTo(mount.Source, status, user);
        }

        if (!mount.DiscardsWrites)
        {
            return new SpecMount(mount.Destination, "bind", mount.Source, mount.Options);
        }

        return status.IsDirectory
            ? ThrowAwayDirectory(mount, bundle, number)
            : new SpecMount(mount.Destination, "bind", ThrowAwayFile(mount, status, bundle, number), mount.Options);
    }

    // Mounts the source as the lower layer of an overlay; what the command writes is deleted with the bundle.
    private static SpecMount ThrowAwayDirectory(BindMount mount, Bundle bundle, int number)
    {
        var source = FileStatus.Of(mount.Source, followLinks: true);
        var directory = Directory.CreateDirectory(Path.Combine(bundle.Path, $"overlay{number}")).FullName;
        var upper = Path.Combine(directory, "upper");
        var work = Path.Combine(directory, "work");
        using (var handle = DirectoryHandle.Open(directory))
        {
            handle.MakeDirectory("work", Octal.O700);
            handle.MakeDirectory("upper", source.Mode);
            handle.SetOwner("upper", source.Uid, source.Gid);
            handle.SetMode("upper", source.Mode);
            handle.SetTimes("upper", source.ModifiedSeconds, source.ModifiedNanoseconds);
        }

        List<string> options = [$"lowerdir={Escape(mount.Source)}", $"upperdir={Escape(upper)}", $"workdir={Escape(work)}", "private"];
        if (UserNamespace.IsInside)
        {
            options.Add("userxattr"); // without it, directories could not be replaced in a user namespace
        }

        return new SpecMount(mount.Destination, "overlay", "overlay", options);
    }

    private static string ThrowAwayFile(BindMount mount, FileStatus source, Bundle bundle, int number)
    {
        var copy = Path.Combine(bundle.Path, $"file{number}");
        File.Copy(mount.Source, copy);
        using var handle = DirectoryHandle.Open(bundle.Path);
        var name = Path.GetFileName(copy);
        handle.SetOwner(name, source.Uid, source.Gid);
        handle.SetMode(name, source.Mode);
        handle.SetTimes(name, source.ModifiedSeconds, source.ModifiedNanoseconds);
        return copy;
    }

    private static void GiveTo(string source, FileStatus status, SpecUser user)
    {
        var parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(source)) ?? throw new BuildSharpException($"-v {source}: the root of this machine is nobody's to give");
        using var directory = status.IsDirectory ? DirectoryHandle.Open(source) : DirectoryHandle.Open(parent);
        if (!status.IsDirectory)
        {
            directory.SetOwner(Path.GetFileName(source), user.Uid, user.Gid);
            return;
        }

        GiveTree(directory, user);
        directory.SetOwner(user.Uid, user.Gid);
    }

    private static void GiveTree(DirectoryHandle directory, SpecUser user)
    {
        foreach (var entry in directory.ReadEntries())
        {
            if (entry.Type == FileType.Directory)
            {
                using var inner = directory.OpenDirectory(entry.Name);
                GiveTree(inner, user);
            }

            directory.SetOwner(entry.Name, user.Uid, user.Gid);
        }
    }

    // Overlay's mount options separate paths with ":" and options with ",".
    private static string Escape(string path) =>
        path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal);
}
