using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage.Drivers;
using BuildSharp.Storage.Locking;

namespace BuildSharp.Storage;

/// <summary>Location and options of an open store, shared by all its parts. Reads and writes no record.</summary>
internal sealed class StorePlace(StoreOptions options, IGraphDriver driver, StoreDirectories directories, StoreLock storageLock) : IDisposable
{
    private readonly Lock _making = new();
    private bool _isMade;
    private WriterMark? _mark;

    internal StoreOptions Options => options;

    internal IGraphDriver Driver => driver;

    internal StoreDirectories Directories => directories;

    /// <summary>Removes what killed processes left; returns false if that failed. Set by the store, because the clean-up needs all its
    /// parts.</summary>
    internal Func<bool> ClearUp { private get; set; } = () => false;

    /// <summary>The current time, for new records.</summary>
    internal static Timestamp Now() => Timestamp.From(DateTimeOffset.UtcNow);

    /// <summary>Creates the store's missing directories and removes what killed processes left. The caller holds no lock.</summary>
    internal void MakeAll()
    {
        lock (_making)
        {
            if (!_isMade)
            {
                MakeDirectories();
                _isMade = true;
                _mark = WriterMark.Set(directories.Writers);
                WriterMark.RemoveAbandoned(directories.Writers, ClearUp);
            }
        }
    }

    /// <summary>Removes this process's writer mark.</summary>
    public void Dispose()
    {
        _mark?.Dispose();
        _mark = null;
    }

    private void MakeDirectories()
    {
        directories.MakeAll();
        using (storageLock.Write())
        {
            try
            {
                driver.CreateHome();
            }
            catch (LinuxException e)
            {
                throw StoreErrors.Describe(e, "create", directories.Home);
            }
        }
    }
}
