using System.Diagnostics;
using BuildSharp.Linux;

namespace BuildSharp.Storage.Locking;

/// <summary>One of the store's lock files. Each holding opens its own descriptor, so the kernel's lock also excludes threads of this
/// process from each other.</summary>
internal sealed class StoreLock
{
    private readonly object _owner;
    private readonly LockRank _rank;
    private readonly IProgress<string>? _debug;

    /// <summary>Creates the lock object; opens and creates no file.</summary>
    /// <param name="owner">The store, within which the lock order is checked.</param>
    /// <param name="rank">Position in the lock order.</param>
    /// <param name="path">The lock file.</param>
    /// <param name="debug">Receives a line when the lock has to be waited for.</param>
    internal StoreLock(object owner, LockRank rank, string path, IProgress<string>? debug = null)
    {
        _debug = debug;
        _owner = owner;
        _rank = rank;
        Path = path;
    }

    internal string Path { get; }

    internal bool IsReadOnlyStore => _rank is LockRank.ReadOnlyLayers or LockRank.ReadOnlyImages;

    /// <summary>Acquires a shared lock; waits if necessary.</summary>
    internal Holding Read() => Take(exclusive: false);

    /// <summary>Acquires the exclusive lock; waits if necessary.</summary>
    internal Holding Write() => Take(exclusive: true);

    private Holding Take(bool exclusive)
    {
        LockOrder.Entering(_owner, _rank);
        try
        {
            return new Holding(this, Acquire(exclusive));
        }
        catch (LinuxException e) when (IsReadOnlyStore && e.Errno is Errno.EROFS or Errno.EACCES or Errno.EPERM)
        {
            // A store on a read-only medium without a lock file cannot change, so it needs no lock.
            return new Holding(this, null);
        }
        catch (LinuxException e)
        {
            LockOrder.Left(_owner, _rank);
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
            // A read-only file system can be read with a lock on a file opened for reading.
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

    /// <summary>A held lock; disposing releases it.</summary>
    internal sealed class Holding : IDisposable
    {
        private readonly StoreLock _of;
        private FileLock? _file;
        private bool _released;

        internal Holding(StoreLock of, FileLock? file)
        {
            _of = of;
            _file = file;
        }

        internal bool IsExclusive => _file?.IsExclusive ?? false;

        /// <summary>The current token; null for a read-only store without a lock file.</summary>
        internal LockToken? ReadToken()
        {
            try
            {
                return _file is null ? null : LockToken.Read(_file);
            }
            catch (LinuxException e)
            {
                throw StoreErrors.Describe(e, "read", _of.Path);
            }
        }

        /// <summary>Writes a new token, which tells later readers that the protected data changed.</summary>
        internal LockToken WriteToken() => LockToken.WriteNew(_file is { IsExclusive: true }
            ? _file
            : throw new InvalidOperationException($"{_of.Path} is not held for writing"));

        public void Dispose()
        {
            if (!_released)
            {
                _released = true;
                _file?.Dispose();
                _file = null;
                LockOrder.Left(_of._owner, _of._rank);
            }
        }
    }
}
