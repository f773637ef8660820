using System.Buffers;
using BuildSharp.Linux;
using BuildSharp.Storage.Locking;

namespace BuildSharp.Storage.Records;

/// <summary>The record files of one kind and their lock. The records are cached until the lock's token changes.</summary>
internal sealed class RecordTable<T>
    where T : StoredRecord
{
    private readonly RecordFormat<T> _format;
    private readonly string _root;
    private readonly string _stableFile;
    private readonly string? _volatileFile;
    private readonly bool _isReadOnly;
    private readonly Lock _guard = new();
    private RecordSet<T> _records = RecordSet<T>.Empty;
    private LockToken? _token;
    private (Stamp Stable, Stamp Volatile) _stamps;
    private bool _isLoaded;
    private ArrayBufferWriter<byte>? _output;

    internal RecordTable(RecordFormat<T> format, StoreLock storeLock, string root, string stableFile, string? volatileFile, bool isReadOnly)
    {
        _format = format;
        Lock = storeLock;
        _root = root;
        _stableFile = stableFile;
        _volatileFile = volatileFile;
        _isReadOnly = isReadOnly;
    }

    internal StoreLock Lock { get; }

    /// <summary>Whether the disk was full when records were removed, so that files must be deleted immediately instead of staged.</summary>
    internal bool IsShortOfSpace { get; private set; }

    /// <summary>Whether the directory of the files exists; without it there are no records.</summary>
    internal bool Exists => Directory.Exists(Path.GetDirectoryName(Lock.Path));

    /// <summary>The current records, read under a shared lock that is released again; empty if the store does not exist yet.</summary>
    internal RecordSet<T> ReadOnce()
    {
        if (!Exists)
        {
            return RecordSet<T>.Empty;
        }

        using var holding = Lock.Read();
        return Current(holding);
    }

    /// <summary>The current records while the lock is held; reads the files again if they changed.</summary>
    internal RecordSet<T> Current(StoreLock.Holding holding)
    {
        lock (_guard)
        {
            var now = holding.ReadToken();
            var found = Stamps();
            if (!_isLoaded || now is null || !now.Equals(_token) || found != _stamps)
            {
                _records = Load();
                _token = now;
                _stamps = found;
                _isLoaded = true;
            }

            return _records;
        }
    }

    /// <summary>Writes the files that changed: first a new token, then each file by rename.</summary>
    internal void Save(StoreLock.Holding holding, RecordSet<T> next, Persistence persistence = Persistence.Durable)
    {
        using var save = Prepare(holding, next, persistence);
        save.Publish();
    }

    /// <summary>The first half of a save: writes the token and the new files without making them visible.</summary>
    internal PendingSave Prepare(StoreLock.Holding holding, RecordSet<T> next, Persistence persistence = Persistence.Durable)
    {
        lock (_guard)
        {
            _isLoaded = false;
            _token = holding.WriteToken();
            var save = new PendingSave(this, next);
            try
            {
                if (!InFile(_records, isVolatile: false).SequenceEqual(InFile(next, isVolatile: false), ReferenceEqualityComparer.Instance)
                    || !File.Exists(_stableFile))
                {
                    save.Add(_stableFile, persistence);
                }

                if (_volatileFile is not null
                    && !InFile(_records, isVolatile: true).SequenceEqual(InFile(next, isVolatile: true), ReferenceEqualityComparer.Instance))
                {
                    save.Add(_volatileFile, Persistence.Volatile);
                }

                return save;
            }
            catch
            {
                save.Dispose();
                throw;
            }
        }
    }

    private static IEnumerable<T> InFile(RecordSet<T> set, bool isVolatile) => set.Items.Where(record => record.IsVolatile == isVolatile);

    private RecordSet<T> Load()
    {
        var items = _format.ReadFile(_stableFile, new RecordOrigin(_root, _isReadOnly));
        if (_volatileFile is not null && File.Exists(_volatileFile))
        {
            items.AddRange(_format.ReadFile(_volatileFile, new RecordOrigin(_root, _isReadOnly, IsVolatile: true)));
        }

        // Of two records with the same id, in one file or in two, the first counts.
        var known = new HashSet<string>(items.Count, StringComparer.Ordinal);
        items.RemoveAll(item => !known.Add(item.Id));
        return new RecordSet<T>(items);
    }

    /// <summary>Stamps of the files, to detect changes made by hand, which do not change the token.</summary>
    private (Stamp Stable, Stamp Volatile) Stamps() => (Stamp.Of(_stableFile), _volatileFile is null ? default : Stamp.Of(_volatileFile));

    /// <summary>Status of a file at the last read. The time alone is not enough, because many kernels update it only some hundred times a
    /// second.</summary>
    private readonly record struct Stamp(long Seconds, int Nanoseconds, long Size, ulong Inode)
    {
        internal static Stamp Of(string file) => FileStatus.TryOf(file, out var status)
            ? new Stamp(status.ModifiedSeconds, status.ModifiedNanoseconds, status.Size, status.Inode)
            : default;
    }

    /// <summary>A prepared save, which <see cref="Publish"/> makes visible. The lock must be held until then.</summary>
    internal sealed class PendingSave(RecordTable<T> table, RecordSet<T> next) : IDisposable
    {
        private readonly List<PendingFile> _files = [];
        private readonly List<InPlaceRemoval> _removals = [];

        /// <summary>Waits until the data is on disk, so that <see cref="Publish"/> only renames.</summary>
        internal void Synchronize() => _files.ForEach(file => file.Synchronize());

        /// <summary>Renames the new files into place.</summary>
        internal void Publish()
        {
            lock (table._guard)
            {
                foreach (var file in _files)
                {
                    file.Publish();
                }

                _removals.ForEach(removal => removal.Apply());
                table.IsShortOfSpace |= _removals.Count > 0;
                table._records = next;
                table._stamps = table.Stamps();
                table._isLoaded = true;
            }
        }

        /// <summary>Deletes the new files if they were not published.</summary>
        public void Dispose()
        {
            foreach (var file in _files)
            {
                file.Dispose();
            }
        }

        internal void Add(string path, Persistence persistence)
        {
            List<T> records = [.. InFile(next, isVolatile: path == table._volatileFile)];
            try
            {
                table._output = table._format.Serialize(records, table._output);
                _files.Add(new PendingFile(path, table._output.WrittenSpan, Octal.O600, persistence));
            }
            catch (BuildSharp.Oci.BuildSharpException e) when (StoreErrors.IsNoSpace(e) && InPlaceRemoval.Plan(path, table._records, records) is { } removal)
            {
                _removals.Add(removal);
            }
        }
    }
}
