using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Running;

/// <summary>The empty files and directories that mounts need to land on, where the image has nothing at that path. They are made before
/// the runtime would make them, with the epoch as their time, and taken away after the run, so that no layer ever has them.</summary>
/// <remarks>Several commands may run in one container at once, and removing a mount's target takes the mount away from the others. So
/// stubs are noted in the container's directory, each run holds a shared lock, and whoever is last clears up, also for runs that
/// crashed.</remarks>
internal sealed class MountStubs : IDisposable
{
    private readonly StubNotes notes;
    private readonly DirectoryHandle root;
    private readonly FileLock inUse;

    private MountStubs(StubNotes notes, DirectoryHandle root, FileLock inUse)
    {
        this.notes = notes;
        this.root = root;
        this.inUse = inUse;
    }

    /// <summary>Makes the targets of <paramref name="mounts"/> that are missing.</summary>
    /// <param name="root">The container's root; must stay open until disposal.</param>
    /// <param name="upperDirectory">Overlay's upper directory of that root, or null.</param>
    /// <param name="stateDirectory">Where the notes go.</param>
    /// <param name="mounts">In the order of mounting. What lies below another mount is not on the root and left alone.</param>
    public static MountStubs Prepare(DirectoryHandle root, string? upperDirectory, string stateDirectory, IReadOnlyList<SpecMount> mounts)
    {
        var notes = new StubNotes(stateDirectory);
        using var changing = notes.LockForChange();
        using (var alone = notes.TryLockAlone())
        {
            if (alone is not null)
            {
                StubRemoval.Run(root, notes); // left by a run that was killed
            }
        }

        foreach (var mount in mounts)
        {
            if (mount.Destination != "/" && !mounts.Any(other => IsBelow(mount.Destination, other.Destination)))
            {
                Make(root, upperDirectory, notes, mount);
            }
        }

        return new MountStubs(notes, root, notes.LockShared());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        using var changing = notes.LockForChange();
        inUse.Dispose();
        using var alone = notes.TryLockAlone();
        if (alone is not null)
        {
            StubRemoval.Run(root, notes);
        }
    }

    private static bool IsBelow(string path, string parent) =>
        parent != "/" && path != parent && ContainerPaths.IsWithin(path, parent);

    private static void Make(DirectoryHandle root, string? upperDirectory, StubNotes notes, SpecMount mount)
    {
        var names = mount.Destination[1..].Split('/');
        for (var count = 1; count <= names.Length; count++)
        {
            var path = string.Join('/', names, 0, count);
            if (root.TryStat(path, out var found, followLinks: true))
            {
                if (count < names.Length && !found.IsDirectory)
                {
                    throw new BuildSharpException($"mounting on {mount.Destination}: /{path} in the container is not a directory");
                }

                continue;
            }

            var parent = count == 1 ? "." : string.Join('/', names, 0, count - 1);
            var before = root.Stat(parent, followLinks: true);
            NoteCopyUp(upperDirectory, notes, parent, before);
            var isLast = count == names.Length;
            if (isLast && mount.Type == "bind" && !Directory.Exists(mount.Source))
            {
                root.CreateFile(path, 0x1A4).Dispose(); // 0644
            }
            else
            {
                root.MakeDirectory(path, 0x1ED); // 0755
            }

            root.SetTimes(path, 0, 0);
            root.SetTimes(parent, before.ModifiedSeconds, before.ModifiedNanoseconds);

            // The kernel's own places stay: every image that has run anything has them, and a scratch image that lacks them is rare.
            if (mount.Destination is not ("/dev" or "/proc" or "/sys"))
            {
                notes.AddStub(path);
            }
        }
    }

    // Making a name in a directory of a lower layer brings a copy of that directory up, which would then count as changed.
    private static void NoteCopyUp(string? upperDirectory, StubNotes notes, string directory, FileStatus before)
    {
        if (upperDirectory is null || directory == ".")
        {
            return;
        }

        using var upper = DirectoryHandle.Open(upperDirectory);
        if (!upper.Exists(directory))
        {
            notes.AddCopiedUp(new CopiedUpDirectory(
                directory, before.Mode, before.Uid, before.Gid, before.ModifiedSeconds, before.ModifiedNanoseconds));
        }
    }
}
