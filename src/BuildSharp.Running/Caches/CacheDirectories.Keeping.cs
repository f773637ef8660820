using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Running.Caches;

// Caches as things to list, remove and carry to another machine.
public sealed partial class CacheDirectories
{
    // Beside buildah's lock file. buildah looks at no other name there.
    private const string UseFile = "buildsharp-id";

    private const int LongestId = 64 * 1024;

    /// <summary>The caches, by name.</summary>
    /// <exception cref="BuildSharpException">The parent directory belongs to another user.</exception>
    public IReadOnlyList<StoredCache> All()
    {
        if (!FileStatus.TryOf(parent, out _))
        {
            return [];
        }

        CheckParent();
        using var directory = DirectoryHandle.Open(parent);
        var all = new List<StoredCache>();
        foreach (var name in directory.ReadEntries().Select(entry => entry.NameText).Where(IsName).Order(StringComparer.Ordinal))
        {
            if (directory.TryStat(name, out var status) && status.IsDirectory)
            {
                var (id, use) = ReadUse(name);
                all.Add(new StoredCache(name, id, (status.Uid, status.Gid), status.Mode, use ?? DateTimeOffset.FromUnixTimeSeconds(status.ModifiedSeconds)));
            }
        }

        return all;
    }

    /// <summary>Length of all files of a cache in bytes; a file with several names counts once. Null when the cache is not there any
    /// more.</summary>
    public long? SizeOf(string name)
    {
        using var above = DirectoryHandle.Open(parent);
        using var directory = above.TryOpenDirectory(name);
        if (directory is null)
        {
            return null;
        }

        using var walk = new DirectoryWalk(directory);
        var linked = new HashSet<(ulong, ulong)>();
        long size = 0;
        while (walk.MoveNext())
        {
            if (!walk.TryEnter() && walk.Directory.TryStat(walk.Current.Name, out var status) && status.IsRegular
                && (status.LinkCount == 1 || linked.Add((status.DeviceId, status.Inode))))
            {
                size += status.Size;
            }
        }

        return size;
    }

    /// <summary>Removes a cache.</summary>
    /// <returns>False when a command is using it; then it stays.</returns>
    public bool TryRemove(string name)
    {
        CheckParent();
        using var directory = DirectoryHandle.Open(parent);
        using var alone = TryLock(name, exclusive: true);
        if (alone is null)
        {
            return false;
        }

        Remove(directory, name);
        return true;
    }

    /// <summary>Locks a cache against all commands, waits for those that use it, and opens its directory.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="use">Uses the directory while the lock is held.</param>
    /// <param name="debug">Receives a line when the cache is waited for; null to report nothing.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<T> UseAsync<T>(StoredCache cache, Func<DirectoryHandle, Task<T>> use, IProgress<string>? debug, CancellationToken cancellation)
    {
        using var held = await LockAsync(cache.Name, cache.Id ?? cache.Name, exclusive: true, debug, cancellation).ConfigureAwait(false);
        using var above = DirectoryHandle.Open(parent);
        using var directory = above.TryOpenDirectory(cache.Name) ?? throw new BuildSharpException($"the cache {cache.Name} is not in {parent} any more");
        return await use(directory).ConfigureAwait(false);
    }

    /// <summary>Puts a cache in the place of the one with its name, if there is one. Commands see the old or the new one as a whole.</summary>
    /// <param name="cache">The cache; <see cref="StoredCache.LastUse"/> is not kept.</param>
    /// <param name="fill">Fills its directory. When it throws, the old cache stays as it was.</param>
    /// <param name="debug">As in <see cref="UseAsync"/>.</param>
    /// <param name="cancellation">As in <see cref="UseAsync"/>.</param>
    /// <exception cref="BuildSharpException">The name is not that of a cache, or not that of a cache with the id and the owner.</exception>
    public async Task ReplaceAsync(StoredCache cache, Func<DirectoryHandle, Task> fill, IProgress<string>? debug, CancellationToken cancellation)
    {
        RequireName(cache);
        MakeParent();
        using var directory = DirectoryHandle.Open(parent);
        var unfinished = $".{cache.Name}-{RandomBytes.Hex(NameLength)}";
        directory.MakeDirectory(unfinished, Octal.O700);
        try
        {
            using (var made = directory.OpenDirectory(unfinished))
            {
                await fill(made).ConfigureAwait(false);
                made.SetOwner(cache.Owner.Uid, cache.Owner.Gid);
                made.SetMode(cache.Mode);
            }

            using var held = await LockAsync(cache.Name, cache.Id ?? cache.Name, exclusive: true, debug, cancellation).ConfigureAwait(false);
            if (directory.Exists(cache.Name))
            {
                directory.Exchange(unfinished, cache.Name);
            }
            else
            {
                directory.Rename(unfinished, cache.Name, replace: false);
            }

            if (cache.Id is { } id)
            {
                NoteUse(cache.Name, id);
            }
        }
        finally
        {
            // What was not put in place, or the cache before.
            directory.ForceRemoveTree(unfinished);
        }
    }

    private static bool IsName(string name) =>
        name.Length >= NameLength && name.AsSpan(0, NameLength).IndexOfAnyExcept("0123456789abcdef") < 0
        && (name.Length == NameLength || (name[NameLength] == '-' && name.Length < NameLength + 10 && name.AsSpan(NameLength + 1) is { Length: > 0 } number && number.IndexOfAnyExceptInRange('0', '9') < 0));

    // Two caches must not get each other's content, as by an artifact that somebody has changed.
    private static void RequireName(StoredCache cache)
    {
        if (!IsName(cache.Name) || (cache.Id is { } id && !cache.Name.StartsWith(NameOf($"{id}:{cache.Owner.Uid}:{cache.Owner.Gid}"), StringComparison.Ordinal)))
        {
            throw new BuildSharpException($"{cache.Name} is not the name of a cache{(cache.Id is null ? "" : $" {cache.Id} of {cache.Owner.Uid}:{cache.Owner.Gid}")}");
        }
    }

    private static void Remove(DirectoryHandle directory, string name)
    {
        directory.ForceRemoveTree(name);
        directory.RemoveTree($"{Locks}/{name}");
    }

    private void NoteUse(string name, string id) => File.WriteAllText(Path.Combine(parent, Locks, name, UseFile), id);

    private (string? Id, DateTimeOffset? Use) ReadUse(string name)
    {
        using var file = FileDescriptor.TryOpenRegular(Path.Combine(parent, Locks, name, UseFile));
        if (file is null)
        {
            return (null, null);
        }

        var bytes = new byte[LongestId];
        var id = Encoding.UTF8.GetString(bytes, 0, RandomAccess.Read(file, bytes, 0));
        return (id.Length > 0 ? id : null, DateTimeOffset.FromUnixTimeSeconds(FileDescriptor.Stat(file).ModifiedSeconds));
    }
}
