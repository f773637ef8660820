using System.Diagnostics;
using BuildSharp.Linux;

namespace BuildSharp.Storage;

/// <summary>One of the store's lock files. Each holding has a descriptor of its own, and the kernel keeps them apart, between the
/// threads of this process as between processes.</summary>
internal sealed class StoreLock
{
    private readonly object owner;
    private readonly LockRank rank;
    private readonly IProgress<string>? _debug;

    /// <summary>Names the lock; nothing is opened or created yet.</summary>
    /// <param name="owner">The store, within which the order of locks is checked.</param>
    /// <param name="rank">Its place in the order.</param>
    /// <param name="path">The lock file.</param>
    /// <param name="debug">Told when the lock has to be waited for.</param>
    internal StoreLock(object owner, LockRank rank, string path, IProgress<string>? debug = null)
    {
        _debug = debug;
        this.owner = owner;
        this.rank = rank;
        Path = path;
    }

    internal string Path { get; }

    internal bool IsReadOnlyStore => rank is LockRank.ReadOnlyLayers or LockRank.ReadOnlyImages;

    /// <summary>Waits for a shared lock.</summary>
    internal Holding Read() => Take(exclusive: false);

    /// <summary>Waits for the exclusive lock.</summary>
    internal Holding Write() => Take(exclusive: true);

    private Holding Take(bool exclusive)
    {
        LockOrder.Entering(owner, rank);
        try
        {
            return new Holding(this, Acquire(exclusive));
        }
        catch (LinuxException e) when (IsReadOnlyStore && e.Errno is Errno.EROFS or Errno.EACCES or Errno.EPERM)
        {
            // A store on a read-only medium without lock file: nobody can change it, so nothing needs locking.
            return new Holding(this, null);
        }
        catch (LinuxException e)
        {
            LockOrder.Left(owner, rank);
            throw StoreErrors.Describe(e, "lock", Path);
        }
    }

    private FileLock Acquire(bool exclusive)
    {
        try
        {
            return _debug is null ? FileLock.Acquire(Path, exclusive, IsReadOnlyStore) : AcquireAndTell(exclusive, _debug);
        }
        catch (LinuxException e) when (e.Errno == Errno.EROFS && !exclusive && !IsReadOnlyStore)
        {
            // Listing what is on a read-only file system needs no writing.
            return FileLock.Acquire(Path, exclusive, readOnlyFile: true);
        }
    }

    private FileLock AcquireAndTell(bool exclusive, IProgress<string> debug)
    {
        if (FileLock.TryAcquire(Path, exclusive, IsReadOnlyStore) is { } free)
        {
            return free;
        }

        debug.Report($"waiting for {Path}, which another process or thread has locked");
        var begin = Stopwatch.GetTimestamp();
        var held = FileLock.Acquire(Path, exclusive, IsReadOnlyStore);
        debug.Report($"locked {Path} after {(long)Stopwatch.GetElapsedTime(begin).TotalMilliseconds} ms");
        return held;
    }

    /// <summary>The lock while it is held; disposing releases it.</summary>
    internal sealed class Holding : IDisposable
    {
        private readonly StoreLock of;
        private FileLock? file;
        private bool released;

        internal Holding(StoreLock of, FileLock? file)
        {
            this.of = of;
            this.file = file;
        }

        internal bool IsExclusive => file?.IsExclusive ?? false;

        /// <summary>The token now; null for an unlocked read-only store.</summary>
        internal LockToken? ReadToken()
        {
            try
            {
                return file is null ? null : LockToken.Read(file);
            }
            catch (LinuxException e)
            {
                throw StoreErrors.Describe(e, "read", of.Path);
            }
        }

        /// <summary>Tells all who look later that what the lock guards has changed.</summary>
        internal LockToken WriteToken() => LockToken.WriteNew(file is { IsExclusive: true }
            ? file
            : throw new InvalidOperationException($"{of.Path} is not held for writing"));

        public void Dispose()
        {
            if (!released)
            {
                released = true;
                file?.Dispose();
                file = null;
                LockOrder.Left(of.owner, of.rank);
            }
        }
    }
}
