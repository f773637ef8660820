using System.Text;
using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Running.Caches;

/// <summary>The directories of cache mounts, where buildah keeps them too, so that both tools share their content and their locks: below one
/// directory for each user.</summary>
/// <param name="parent">That directory: <c>buildah-cache-UID</c> in the directory for large temporary files.</param>
public sealed partial class CacheDirectories(string parent)
{
    private const string Locks = "buildah-cache-lockfiles";
    private const string LockFile = "buildah-cache-lockfile";
    private const int NameLength = 16;
    private const int WritableByOthers = Octal.O022;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Takes the caches of one command, and waits for those that must not be shared.</summary>
    /// <param name="mounts">The mounts.</param>
    /// <param name="debug">Receives a line about each cache waited for; null to report nothing.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="BuildSharpException">The parent directory belongs to another user, who could replace the caches.</exception>
    internal async Task<CacheLeases> TakeAsync(IReadOnlyList<CacheMount> mounts, IProgress<string>? debug, CancellationToken cancellation)
    {
        var leases = new CacheLeases();
        try
        {
            // In one order for all processes; otherwise two could wait for each other.
            foreach (var users in mounts.GroupBy(NameOf).OrderBy(group => group.Key, StringComparer.Ordinal))
            {
                var lease = await TakeAsync(users.Key, [.. users], debug, cancellation).ConfigureAwait(false);
                leases.Add(users, lease);
            }

            return leases;
        }
        catch
        {
            leases.Dispose();
            throw;
        }
    }

    /// <summary>Removes all caches that no command is using.</summary>
    /// <returns>Paths of those in use, which stay.</returns>
    /// <exception cref="BuildSharpException">The parent directory belongs to another user.</exception>
    public IReadOnlyList<string> RemoveUnused()
    {
        if (!FileStatus.TryOf(parent, out _))
        {
            return [];
        }

        CheckParent();
        using var directory = DirectoryHandle.Open(parent);
        var used = new List<string>();
        foreach (var name in directory.ReadEntries().Select(entry => entry.NameText).Where(name => name != Locks))
        {
            using var alone = TryLock(name, exclusive: true);
            if (alone is null)
            {
                used.Add(Path.Combine(parent, name));
                continue;
            }

            Remove(directory, name);
        }

        return used;
    }

    private async Task<CacheLease> TakeAsync(string name, IReadOnlyList<CacheMount> users, IProgress<string>? debug, CancellationToken cancellation)
    {
        MakeParent();
        var sharing = Strictest(users.Select(user => user.Sharing));
        if (sharing == CacheSharing.Private)
        {
            return TakeOwn(name, users[0]);
        }

        return LeaseOf(name, users[0], await LockAsync(name, users[0].Id, sharing == CacheSharing.Locked, debug, cancellation).ConfigureAwait(false));
    }

    private async Task<FileLock> LockAsync(string name, string id, bool exclusive, IProgress<string>? debug, CancellationToken cancellation)
    {
        var held = TryLock(name, exclusive);
        if (held is null)
        {
            debug?.Report($"waiting for the cache {id}, which another command is using");
        }

        while (held is null)
        {
            await Task.Delay(Pause, cancellation).ConfigureAwait(false);
            held = TryLock(name, exclusive);
        }

        return held;
    }

    // A private cache in use is replaced by the first free one with a number.
    private CacheLease TakeOwn(string name, CacheMount mount)
    {
        for (var number = 0; ; number++)
        {
            var own = number == 0 ? name : $"{name}-{number}";
            if (TryLock(own, exclusive: true) is { } held)
            {
                return LeaseOf(own, mount with { Root = number == 0 ? mount.Root : null }, held);
            }
        }
    }

    private CacheLease LeaseOf(string name, CacheMount mount, FileLock held)
    {
        try
        {
            if (mount.Root is { } root)
            {
                return new CacheLease(root, held);
            }

            var path = MakeCache(name, mount);
            NoteUse(name, mount.Id);
            return new CacheLease(path, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private string MakeCache(string name, CacheMount mount)
    {
        using var directory = DirectoryHandle.Open(parent);
        if (!directory.Exists(name))
        {
            // Made under another name first, so that no other command finds it with the wrong owner.
            var unfinished = $".{name}-{RandomBytes.Hex(NameLength)}";
            directory.MakeDirectory(unfinished, mount.Mode);
            directory.SetOwner(unfinished, mount.Owner.Uid, mount.Owner.Gid);
            directory.SetMode(unfinished, mount.Mode);
            try
            {
                directory.Rename(unfinished, name, replace: false);
            }
            catch (LinuxException error) when (error.Errno == Errno.EEXIST)
            {
                directory.Remove(unfinished);
            }
        }

        return Path.Combine(parent, name);
    }

    private void MakeParent()
    {
        if (!FileStatus.TryOf(parent, out _))
        {
            Directory.CreateDirectory(parent, (UnixFileMode)Octal.O755);
        }

        CheckParent();
    }

    // The directory is in one that all users can write to, so another user may have made it.
    private void CheckParent()
    {
        if (!FileStatus.TryOf(parent, out var status) || !status.IsDirectory
            || status.Uid != ProcessIdentity.EffectiveUser || (status.Mode & WritableByOthers) != 0)
        {
            throw new BuildSharpException(
                $"cache mounts: {parent} is not a directory that only you can write to, so other users could put files there: remove it, or set TMPDIR");
        }
    }

    private FileLock? TryLock(string name, bool exclusive)
    {
        var directory = Path.Combine(parent, Locks, name);
        var path = Path.Combine(directory, LockFile);
        while (true)
        {
            Directory.CreateDirectory(directory, (UnixFileMode)Octal.O700);
            try
            {
                var held = FileLock.TryAcquire(path, exclusive);
                if (held is null || (FileStatus.TryOf(path, out var status) && status.Inode == FileDescriptor.Stat(held.File).Inode))
                {
                    return held;
                }

                // RemoveUnused has removed the file since it was opened.
                held.Dispose();
            }
            catch (LinuxException error) when (error.Errno == Errno.ENOENT)
            {
                // The directory was removed meanwhile.
            }
        }
    }

    // As in buildah: 16 digits of the hash of what tells caches apart.
    private static string NameOf(CacheMount mount) => NameOf(mount.Root ?? $"{mount.Id}:{mount.Owner.Uid}:{mount.Owner.Gid}");

    private static string NameOf(string what) => Digest.Sha256(Encoding.UTF8.GetBytes(what)).Hex[..NameLength];

    private static CacheSharing Strictest(IEnumerable<CacheSharing> all)
    {
        HashSet<CacheSharing> wanted = [.. all];
        return wanted.Contains(CacheSharing.Locked) ? CacheSharing.Locked : wanted.Contains(CacheSharing.Private) ? CacheSharing.Private : CacheSharing.Shared;
    }
}
