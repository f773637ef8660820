using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Drivers;

/// <summary>Stores layers as directories that the kernel's overlay file system combines (kernel documentation, overlayfs).</summary>
internal sealed partial class OverlayDriver : IGraphDriver, ILayerLinks
{
    private const int MostLowers = 500;

    private readonly string _home;
    private readonly string _runHome;
    private readonly IReadOnlyList<string> _additionalHomes;
    private readonly OverlayOptions _options;
    private readonly bool _userXattr;

    internal OverlayDriver(StoreOptions store)
    {
        _home = Path.Combine(store.GraphRoot, "overlay");
        _runHome = Path.Combine(store.RunRoot, "overlay");
        _additionalHomes = [.. store.AdditionalImageStores.Select(root => Path.Combine(root, "overlay"))];
        _options = OverlayOptions.Parse(store.DriverOptions);
        _userXattr = UserNamespace.IsInside;
    }

    public string Name => "overlay";

    public bool SyncsFileSystem => _options.SyncsFileSystem;

    public bool KeepsWholeTrees => false;

    public bool MountsLayers => true;

    public string LayersDirectory => "";

    public string ContentDirectory => "diff";

    public ILayerLinks Links => this;

    public IReadOnlyList<string> ProbePrefixes => ["compat", "metacopy-check", "opaque-bug-check", "volatile-check"];

    public BuildSharp.Storage.Diffs.WhiteoutFormat Whiteouts => _userXattr ? BuildSharp.Storage.Diffs.WhiteoutFormat.OverlayUser : BuildSharp.Storage.Diffs.WhiteoutFormat.Overlay;

    public void CreateHome()
    {
        var isNew = !Directory.Exists(_home);
        StoreDirectories.Make(_home, Octal.O700);
        StoreDirectories.Make(Path.Combine(_home, "l"), Octal.O755);
        var marker = Path.Combine(_home, ".has-mount-program");
        if (isNew)
        {
            // Without this file the Go tools would search the home for whiteout files.
            AtomicFile.Replace(marker, "false"u8);
        }
        else if (ReadSmall(marker) == "true")
        {
            throw new BuildSharpException(
                $"the store in {Path.GetDirectoryName(_home)} was made with fuse-overlayfs, which is not supported; use another store (--root)");
        }
    }

    public void PrepareForMounts()
    {
        if (_options.SkipMountHome || MountTable.IsMountPoint(_home))
        {
            return;
        }

        BuildSharp.Linux.Mount.Bind(_home, _home);
        BuildSharp.Linux.Mount.MakePrivate(_home);
    }

    public void ReleaseMounts()
    {
        if (!_options.SkipMountHome)
        {
            BuildSharp.Linux.Mount.Detach(_home);
        }
    }

    public bool Exists(string id) => Directory.Exists(Path.Combine(DirectoryOf(id), "diff"));

    public void Create(string id, string? parent, string? content)
    {
        var directory = Path.Combine(_home, id);
        RemoveLeftover(directory);
        StoreDirectories.Make(directory, Octal.O700);
        var diff = Path.Combine(directory, "diff");
        if (content is null)
        {
            PrepareContent(diff, parent, isComplete: false);
        }
        else
        {
            using var from = DirectoryHandle.Open(Path.GetDirectoryName(content)!);
            using var into = DirectoryHandle.Open(directory);
            from.Rename(Path.GetFileName(content), "diff", into);
        }

        WriteSmall(Path.Combine(directory, "link"), MakeLink(id));
        StoreDirectories.Make(Path.Combine(directory, "work"), Octal.O700);
        StoreDirectories.Make(Path.Combine(directory, "merged"), Octal.O700);
        if (parent is null)
        {
            StoreDirectories.Make(Path.Combine(directory, "empty"), Octal.O700);
            return;
        }

        var parents = LowerLayers(parent);
        if (parents.Count + 1 > MostLowers)
        {
            throw new BuildSharpException($"the image has {parents.Count + 1} layers, more than the {MostLowers} that overlay can stack; commit it with --squash");
        }

        WriteLowers(id, [.. parents.Prepend(parent)], replace: false, LinksBelow(parent, parents.Count));
    }

    public void PrepareContent(string path, string? parent, bool isComplete)
    {
        StoreDirectories.Make(path, Octal.O555);
        if (parent is not null)
        {
            InheritRoot(path, parent);
        }
    }

    public void InheritRoot(string path, string parent)
    {
        if (!FileStatus.TryOf(ContentPath(parent), out var status, followLinks: true))
        {
            throw Lost(parent);
        }

        using var directory = DirectoryHandle.Open(path);
        directory.SetOwner(status.Uid, status.Gid);
        directory.SetMode(status.Mode);
    }

    public string ContentPath(string id) => Path.Combine(DirectoryOf(id), "diff");

    public string? LinkInPlaceOf(string id) => LayerRename.IsReplacedByLink(_home, id) ? Path.Combine(_home, id)
        : LayerRename.IsReplacedByLink(Path.Combine(_home, id), "diff") ? Path.Combine(_home, id, "diff")
        : null;

    public IReadOnlyList<string> ContentPaths(string id) => [.. LowerLayers(id).Prepend(id).SelectMany(ContentOf)];

    public void Rename(string id, string newId, Action record)
    {
        RemoveLeftover(Path.Combine(_home, newId));
        LayerRename.Run(_home, id, newId);
        record();
        LeadLinkTo(newId);
    }

    public string? NewIdOf(string id) => LayerRename.NewNameOf(_home, id);

    public void UndoRename(string id)
    {
        LayerRename.Undo(_home, id);
        LeadLinkTo(id);
    }

    /// <summary>Status of the directory "work" in the work directory, which the kernel recreates for each mount.</summary>
    public LayerMark? MarkOf(string id) => FileStatus.TryOf(Path.Combine(_home, id, "work"), out var status)
        ? new LayerMark(status.Inode, status.ChangedSeconds, status.ChangedNanoseconds)
        : default(LayerMark);

    public bool IsEmpty(string id)
    {
        var path = Path.Combine(_home, id, "diff");
        if (FileStatus.TryOf(path, out var status) && !status.IsDirectory)
        {
            return false;
        }

        using var diff = DirectoryHandle.TryOpen(path);
        return diff is null || diff.IsEmpty();
    }

    public void TakeAway(string id, StagingDirectory? staging)
    {
        var directory = Path.Combine(_home, id);
        if (LayerRename.TryRemoveOldName(_home, id))
        {
            return;
        }

        RemoveLink(directory);
        BuildSharp.Linux.Mount.Detach(Path.Combine(directory, "merged"));
        if (staging is not null)
        {
            staging.TakeAway(directory);
            return;
        }

        using var layers = DirectoryHandle.Open(_home);
        layers.ForceRemoveTree(id);
    }

    /// <summary>The layer's directory, in this store or in the first additional store that has it.</summary>
    private string DirectoryOf(string id)
    {
        var own = Path.Combine(_home, id);
        return _additionalHomes.Count == 0 || Directory.Exists(own)
            ? own
            : _additionalHomes.Select(other => Path.Combine(other, id)).FirstOrDefault(Directory.Exists) ?? own;
    }

    private bool IsInAdditionalStore(string id) => !DirectoryOf(id).StartsWith(_home + "/", StringComparison.Ordinal);

    /// <summary>The layer's directories: its changes and, for a layer with shifted owners, older changes below them.</summary>
    private IEnumerable<string> ContentOf(string id)
    {
        var directory = DirectoryOf(id);
        if (Directory.Exists(Path.Combine(directory, "composefs-data")))
        {
            throw new BuildSharpException($"layer {id} is a composefs layer, which is not supported; remove its image and pull it again without composefs");
        }

        yield return Path.Combine(directory, "diff");
        for (var n = 1; Directory.Exists(Path.Combine(directory, $"diff{n}")); n++)
        {
            yield return Path.Combine(directory, $"diff{n}");
        }
    }

    /// <summary>Removes what remains of an earlier layer at the directory's path.</summary>
    private void RemoveLeftover(string directory)
    {
        LayerRename.UndoOf(_home, Path.GetFileName(directory));
        if (!LayerRename.TryRemoveOldName(_home, Path.GetFileName(directory)) && Directory.Exists(directory))
        {
            RemoveLink(directory);
            using var parent = DirectoryHandle.Open(_home);
            parent.ForceRemoveTree(Path.GetFileName(directory));
        }
    }
}
