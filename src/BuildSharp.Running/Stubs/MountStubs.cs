using BuildSharp.Linux;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Stubs;

/// <summary>Stubs: empty files and directories that serve as mount targets where the image has none. They are created before the runtime
/// would create them, dated 1970, and removed after the run, so that no layer contains them.</summary>
/// <remarks>Several commands may run in a container at once, and removing a mount target would remove the mount of the others. Therefore
/// stubs are recorded in the container's directory, each run holds a shared lock, and the last run removes the stubs, including those of
/// crashed runs.</remarks>
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

    /// <summary>Creates the missing targets of <paramref name="mounts"/>.</summary>
    /// <param name="root">The container's root; must stay open until disposal.</param>
    /// <param name="upperDirectory">Overlay's upper directory of that root; null for another driver.</param>
    /// <param name="stateDirectory">Directory for the record.</param>
    /// <param name="mounts">In the order of mounting. Targets below another mount are not in the root and are skipped.</param>
    public static MountStubs Prepare(DirectoryHandle root, string? upperDirectory, string stateDirectory, IReadOnlyList<SpecMount> mounts)
    {
        var notes = new StubNotes(stateDirectory);
        using var changing = notes.LockForChange();
        using (var alone = notes.TryLockAlone())
        {
            if (alone is not null)
            {
                StubRemoval.Run(root, notes); // stubs of a killed run
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

        // Record the stubs first, so that a crash in between leaves no unrecorded one.
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
