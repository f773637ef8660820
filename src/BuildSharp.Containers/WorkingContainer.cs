using BuildSharp.Containers.State;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;

namespace BuildSharp.Containers;

/// <summary>A container in which an image is built: a writable layer on a base image, and the config that a commit would write.</summary>
/// <remarks>Each verb has its own file. All state is in the store and in <c>buildah.json</c>, so any process, including buildah, can
/// continue where another stopped. Config changes stay in memory until <see cref="Save"/>.</remarks>
public sealed partial class WorkingContainer
{
    private readonly Store _store;
    private readonly ContainerState _state;
    private readonly TimeProvider _time;

    private WorkingContainer(Store store, StoredContainer record, ContainerState state, TimeProvider time)
    {
        _store = store;
        _state = state;
        _time = time;
        Id = record.Id;
        LayerId = record.LayerId;
        Name = record.Names.Count > 0 ? record.Names[0] : state.ContainerName;
    }

    /// <summary>64 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>The container's name.</summary>
    public string Name { get; private set; }

    /// <summary>ID of the writable layer.</summary>
    public string LayerId { get; }

    /// <summary>The config that a commit would write, with the base image's history and layers.</summary>
    public ImageConfig Image
    {
        get => _state.Image;
        set => _state.Image = value;
    }

    /// <summary>Annotations of the manifest that a commit would write; OCI format only.</summary>
    public IDictionary<string, string> Annotations => _state.Annotations;

    /// <summary>Replaces all annotations. Not saved yet.</summary>
    public void ReplaceAnnotations(IEnumerable<KeyValuePair<string, string>> annotations)
    {
        List<KeyValuePair<string, string>> replacing = [.. annotations];
        _state.Annotations.Clear();
        foreach (var (key, value) in replacing)
        {
            _state.Annotations[key] = value;
        }
    }

    /// <summary>History entries without a layer, to precede that of the commit.</summary>
    public IList<History> PrependedEmptyLayers => _state.PrependedEmptyLayers;

    /// <summary>History entries without a layer, to follow that of the commit.</summary>
    public IList<History> AppendedEmptyLayers => _state.AppendedEmptyLayers;

    /// <summary>Name of the base image; null for scratch and for an image given by its ID.</summary>
    public string? FromImage => _state.FromImage;

    /// <summary>ID of the base image; null for scratch.</summary>
    public string? FromImageId => _state.FromImageId;

    /// <summary>Digest of the base image's manifest, <c>sha256:…</c>; null for scratch.</summary>
    public string? FromImageDigest => _state.FromImageDigest;

    /// <summary>The base image's config, unchanged; empty for scratch.</summary>
    public ReadOnlyMemory<byte> BaseConfig => _state.BaseConfig;

    /// <summary>The base image's manifest, unchanged; empty for scratch.</summary>
    public ReadOnlyMemory<byte> BaseManifest => _state.BaseManifest;

    /// <summary>ID of the base image's top layer; null for scratch.</summary>
    public string? TopLayer => _state.TopLayer;

    /// <summary>Default media type for manifests of commits; OCI's when the container's file has none.</summary>
    public string Format
    {
        get => _state.Format;
        set => _state.Format = value;
    }

    /// <summary><c>created_by</c> of the next commit's history entry; null for the shell.</summary>
    public string? CreatedBy
    {
        get => _state.CreatedBy;
        set => _state.CreatedBy = value;
    }

    /// <summary>Comment of the next commit's history entry; null for none.</summary>
    public string? HistoryComment
    {
        get => _state.HistoryComment;
        set => _state.HistoryComment = value;
    }

    /// <summary>Settings for commands.</summary>
    public BuildSettings Settings
    {
        get => _state.Settings;
        set => _state.Settings = value;
    }

    /// <summary>Last mount point, of any process; null when not mounted.</summary>
    public string? MountPoint => _state.MountPoint;

    private string Directory => _store.Containers.DirectoryOf(Id);

    private string FailureMark => Path.Combine(Directory, "failed-build");

    private string? UpperDirectory => _store.Layers.ChangePath(LayerId);

    /// <summary>Saves the changes.</summary>
    /// <exception cref="BuildSharpException">The file cannot be written.</exception>
    public void Save() => _state.Write(Directory);
}
