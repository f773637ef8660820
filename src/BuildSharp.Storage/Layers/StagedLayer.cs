using BuildSharp.Linux;

namespace BuildSharp.Storage.Layers;

/// <summary>A layer being filled where other processes do not see it: its tree below the driver's home and its tar-split below the layers
/// directory, so that both can be renamed into place.</summary>
internal sealed class StagedLayer : IDisposable
{
    private readonly StagingDirectory _tree;
    private readonly StagingDirectory _files;

    private StagedLayer(StagingDirectory tree, StagingDirectory files)
    {
        _tree = tree;
        _files = files;
        ContentPath = tree.NewPath("addition");
        TarSplitPath = files.NewPath("tar-split.gz");
    }

    internal string ContentPath { get; }

    internal string TarSplitPath { get; }

    /// <summary>Creates the staging directories.</summary>
    /// <param name="place">The store.</param>
    /// <param name="parent">The layer below.</param>
    /// <param name="bringsAll">Whether the caller writes the complete content, so that no copy of the parent is needed.</param>
    internal static StagedLayer Create(StorePlace place, string? parent, bool bringsAll)
    {
        var staged = CreateForTarSplit(place);
        try
        {
            place.Driver.PrepareContent(staged.ContentPath, parent, bringsAll);
            return staged;
        }
        catch (LinuxException e)
        {
            staged.Dispose();
            throw StoreErrors.Describe(e, "write below", place.Directories.Staging);
        }
        catch
        {
            staged.Dispose();
            throw;
        }
    }

    /// <summary>Creates only the staging directory for a tar-split.</summary>
    internal static StagedLayer CreateForTarSplit(StorePlace place)
    {
        var tree = StagingDirectory.Create(place.Directories.Staging);
        try
        {
            return new StagedLayer(tree, StagingDirectory.Create(place.Directories.LayerStaging));
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    internal DirectoryHandle OpenContent() => DirectoryHandle.Open(ContentPath);

    internal FileStream CreateTarSplit() => new(TarSplitPath, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    public void Dispose()
    {
        _tree.Dispose();
        _files.Dispose();
    }
}
