using BuildSharp.Linux;

namespace BuildSharp.Containers.Running;

/// <summary>The empty files and directories that mounts need to land on, where the image has nothing at that path. They are made before
/// the runtime would make them, with the epoch as their time, and taken away after the run, so that no layer ever has them.</summary>
/// <remarks>Several commands may run in one container at once, and removing a mount's target takes the mount away from the others. So
/// stubs are noted in the container's directory, each run holds a shared lock, and whoever is last clears up, also for runs that
/// crashed.</remarks>
internal sealed class MountStubs : IDisposable
{
    private readonly StubNotes _notes;
    private readonly DirectoryHandle _root;
    private readonly FileLock _inUse;

    private MountStubs(StubNotes notes, DirectoryHandle root, FileLock inUse)
    {
        _notes = notes;
        _root = root;
        _inUse = inUse;
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

        var missing = new MissingTargets(root, upperDirectory);
        foreach (var mount in mounts)
        {
            if (mount.Destination != "/" && !mounts.Any(other => IsBelow(mount.Destination, other.Destination)))
            {
                missing.Add(mount);
            }
        }

        // Noted before they are made: a crash between the two must not leave an unknown one.
        notes.Add(missing.Stubs, missing.CopiedUp);
        missing.Make();
        return new MountStubs(notes, root, notes.LockShared());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        using var changing = _notes.LockForChange();
        _inUse.Dispose();
        using var alone = _notes.TryLockAlone();
        if (alone is not null)
        {
            StubRemoval.Run(_root, _notes);
        }
    }

    private static bool IsBelow(string path, string parent) =>
        parent != "/" && path != parent && ContainerPaths.IsWithin(path, parent);
}
