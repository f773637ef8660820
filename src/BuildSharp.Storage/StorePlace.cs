using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>Where a store is and how it works, which all parts of an open store need to know. Nothing here reads or writes a record.</summary>
internal sealed class StorePlace(StoreOptions options, IGraphDriver driver, StoreDirectories directories, StoreLock storageLock) : IDisposable
{
    private readonly Lock _making = new();
    private bool _isMade;
    private WriterMark? _mark;

    internal StoreOptions Options => options;

    internal IGraphDriver Driver => driver;

    internal StoreDirectories Directories => directories;

    /// <summary>Clears up after processes that were killed; false when that could not be done. Set by the store, all of which that takes.</summary>
    internal Func<bool> ClearUp { private get; set; } = () => false;

    /// <summary>What a record that is made now says of its time.</summary>
    internal static Timestamp Now() => Timestamp.From(DateTimeOffset.UtcNow);

    /// <summary>Makes the store's directories, where they are missing, and clears up after killed processes. No lock is held.</summary>
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

    /// <summary>Says that this process writes no more.</summary>
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
