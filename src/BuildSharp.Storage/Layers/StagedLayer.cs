using BuildSharp.Linux;

namespace BuildSharp.Storage;

/// <summary>A layer being filled where nobody sees it: its tree below the driver's home, its tar-split below the layers directory, so
/// that both can be renamed into place.</summary>
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

    /// <summary>Makes the places.</summary>
    /// <param name="place">Of the store.</param>
    /// <param name="parent">The layer below.</param>
    /// <param name="bringsAll">Whether what will be put there is the whole content, also where the driver keeps copies of parents.</param>
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

    /// <summary>Only the place for a tar-split.</summary>
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
