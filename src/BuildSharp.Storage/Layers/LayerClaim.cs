using BuildSharp.Linux;

namespace BuildSharp.Storage.Layers;

/// <summary>The claim of one process to fetch a layer, so that another one that needs the same layer waits for it and does not fetch it
/// too. The kernel releases the claim however the process ends.</summary>
/// <remarks>A locked file in the run root, because after a reboot no process remains.</remarks>
public sealed class LayerClaim : IDisposable
{
    private readonly string _path;
    private readonly FileLock _held;

    private LayerClaim(string path, FileLock held)
    {
        _path = path;
        _held = held;
    }

    /// <summary>Claims a layer without waiting.</summary>
    /// <param name="root">Directory of the claims; created if missing.</param>
    /// <param name="layerId">Id that the layer will have.</param>
    /// <returns>Null while another process, or another part of this one, has the claim.</returns>
    internal static LayerClaim? TryMake(string root, string layerId)
    {
        var path = Path.Combine(root, layerId);
        try
        {
            StoreDirectories.Make(root, Octal.O700);
            return FileLock.TryClaim(path) is { } held ? new LayerClaim(path, held) : null;
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "write below", root);
        }
    }

    /// <summary>Ends the claim.</summary>
    public void Dispose()
    {
        using (_held)
        using (var root = DirectoryHandle.TryOpen(Path.GetDirectoryName(_path)!))
        {
            try
            {
                root?.Remove(Path.GetFileName(_path));
            }
            catch (LinuxException)
            {
                // An unlocked file claims nothing.
            }
        }
    }
}
