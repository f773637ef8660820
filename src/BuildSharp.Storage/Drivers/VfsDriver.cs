using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Storage.Drivers;

/// <summary>Stores layers as complete copies of their parents, for file systems that do not support overlay (containers/storage,
/// drivers/vfs). Mounts nothing.</summary>
internal sealed class VfsDriver : IGraphDriver
{
    private readonly string _home;
    private readonly IReadOnlyList<string> _additionalHomes;

    internal VfsDriver(StoreOptions store)
    {
        _home = Path.Combine(store.GraphRoot, "vfs");
        _additionalHomes = [.. store.AdditionalImageStores.Select(root => Path.Combine(root, "vfs"))];
        foreach (var (key, value) in DriverOptions.Of("vfs", store.DriverOptions))
        {
            if (key == "sync" && value is "none" or "filesystem" or "")
            {
                SyncsFileSystem = value == "filesystem";
            }
            else if (value.Length > 0 && !(key == "ignore_chown_errors" && (value is not ("true" or "1") || UserNamespace.HasOneId)))
            {
                throw new BuildSharpException($"storage option vfs.{key}={value}: not supported by the vfs driver");
            }
        }
    }

    public string Name => "vfs";

    public bool SyncsFileSystem { get; }

    public bool KeepsWholeTrees => true;

    public bool MountsLayers => false;

    public string LayersDirectory => "dir";

    public string ContentDirectory => "";

    public ILayerLinks? Links => null;

    public IReadOnlyList<string> ProbePrefixes => [];

    public IReadOnlyList<KeyValuePair<string, string>> Status() => [];

    public BuildSharp.Storage.Diffs.WhiteoutFormat Whiteouts => BuildSharp.Storage.Diffs.WhiteoutFormat.Delete;

    public void CreateHome()
    {
        StoreDirectories.Make(_home, Octal.O700);
        StoreDirectories.Make(Path.Combine(_home, "dir"), Octal.O700);
    }

    public void PrepareForMounts()
    {
    }

    public void ReleaseMounts()
    {
    }

    public bool Exists(string id) => Directory.Exists(ContentPath(id));

    public void Create(string id, string? parent, string? content)
    {
        var target = Path.Combine(_home, "dir", id);
        LayerRename.UndoOf(Path.Combine(_home, "dir"), id);
        using var directory = DirectoryHandle.Open(Path.Combine(_home, "dir"));
        directory.ForceRemoveTree(id);
        if (content is null)
        {
            PrepareContent(target, parent, isComplete: false);
            return;
        }

        using var from = DirectoryHandle.Open(Path.GetDirectoryName(content)!);
        from.Rename(Path.GetFileName(content), id, directory);
    }

    public void PrepareContent(string path, string? parent, bool isComplete)
    {
        StoreDirectories.Make(path, Octal.O555);
        if (parent is null)
        {
            return;
        }

        if (!isComplete)
        {
            using var source = DirectoryHandle.Open(ContentPath(parent));
            using var target = DirectoryHandle.Open(path);
            BuildSharp.Storage.Diffs.LayerDiff.OfWhole(source, new BuildSharp.Storage.Diffs.LayerDiffOptions { IsCopy = true }).Write(null, null, target, BuildSharp.Storage.Diffs.WhiteoutFormat.None);
        }

        InheritRoot(path, parent);
    }

    public void InheritRoot(string path, string parent)
    {
        using var source = DirectoryHandle.Open(ContentPath(parent));
        using var target = DirectoryHandle.Open(path);
        var status = source.Stat();
        target.SetOwner(status.Uid, status.Gid);
        target.SetMode(status.Mode);
    }

    public string ContentPath(string id)
    {
        var own = Path.Combine(_home, "dir", id);
        return _additionalHomes.Count == 0 || Directory.Exists(own)
            ? own
            : _additionalHomes.Select(other => Path.Combine(other, "dir", id)).FirstOrDefault(Directory.Exists) ?? own;
    }

    public string? LinkInPlaceOf(string id) =>
        LayerRename.IsReplacedByLink(Path.Combine(_home, "dir"), id) ? Path.Combine(_home, "dir", id) : null;

    public IReadOnlyList<string> ContentPaths(string id) => [ContentPath(id)];

    public string MountPoint(string id) => ContentPath(id);

    public bool IsMounted(string id) => Exists(id);

    public void Mount(string id, LayerMountOptions options)
    {
    }

    public void Unmount(string id)
    {
    }

    public void Rename(string id, string newId, Action record)
    {
        var layers = Path.Combine(_home, "dir");
        LayerRename.UndoOf(layers, newId);
        using (var directory = DirectoryHandle.Open(layers))
        {
            directory.ForceRemoveTree(newId);
        }

        LayerRename.Run(layers, id, newId);
        record();
    }

    public string? NewIdOf(string id) => LayerRename.NewNameOf(Path.Combine(_home, "dir"), id);

    public void UndoRename(string id) => LayerRename.Undo(Path.Combine(_home, "dir"), id);

    public LayerMark? MarkOf(string id) => null;

    public bool IsEmpty(string id) => false;

    public void TakeAway(string id, StagingDirectory? staging)
    {
        if (staging is not null)
        {
            staging.TakeAway(Path.Combine(_home, "dir", id));
        }
        else if (!LayerRename.TryRemoveOldName(Path.Combine(_home, "dir"), id))
        {
            using var directory = DirectoryHandle.Open(Path.Combine(_home, "dir"));
            directory.ForceRemoveTree(id);
        }
    }
}
