using BuildSharp.Containers.State;
using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Containers;

/// <summary>A container that an image is being built in: a writable layer on a base image, and the config that a commit would write.</summary>
/// <remarks>Each verb has a file of its own. What it is lies in the store and in <c>buildah.json</c>, so any process, buildah's too, may
/// go on where another ended. Config changes stay in memory until <see cref="Save"/>.</remarks>
public sealed partial class WorkingContainer
{
    private readonly Store store;
    private readonly ContainerState state;
    private readonly TimeProvider time;

    private WorkingContainer(Store store, StoredContainer record, ContainerState state, TimeProvider time)
    {
        this.store = store;
        this.state = state;
        this.time = time;
        Id = record.Id;
        LayerId = record.LayerId;
        Name = record.Names.Count > 0 ? record.Names[0] : state.ContainerName;
    }

    /// <summary>64 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>The container's name.</summary>
    public string Name { get; private set; }

    /// <summary>Id of the writable layer.</summary>
    public string LayerId { get; }

    /// <summary>The config that a commit would write, with the base image's history and layers.</summary>
    public ImageConfig Image
    {
        get => state.Image;
        set => state.Image = value;
    }

    /// <summary>Annotations of the manifest that a commit would write; OCI format only.</summary>
    public IDictionary<string, string> Annotations => state.Annotations;

    /// <summary>Gives the container these annotations and no others. Not saved yet.</summary>
    public void ReplaceAnnotations(IEnumerable<KeyValuePair<string, string>> annotations)
    {
        List<KeyValuePair<string, string>> replacing = [.. annotations];
        state.Annotations.Clear();
        foreach (var (key, value) in replacing)
        {
            state.Annotations[key] = value;
        }
    }

    /// <summary>History entries without a layer that come before that of the commit.</summary>
    public IList<History> PrependedEmptyLayers => state.PrependedEmptyLayers;

    /// <summary>History entries without a layer that come after that of the commit.</summary>
    public IList<History> AppendedEmptyLayers => state.AppendedEmptyLayers;

    /// <summary>Name of the base image; empty from scratch and when it was given by its ID.</summary>
    public string FromImage => state.FromImage;

    /// <summary>ID of the base image; empty from scratch.</summary>
    public string FromImageId => state.FromImageId;

    /// <summary>Hash of the base image's manifest, <c>sha256:…</c>; empty from scratch.</summary>
    public string FromImageDigest => state.FromImageDigest;

    /// <summary>The base image's config as it came; empty from scratch.</summary>
    public ReadOnlyMemory<byte> BaseConfig => state.BaseConfig;

    /// <summary>The base image's manifest as it came; empty from scratch.</summary>
    public ReadOnlyMemory<byte> BaseManifest => state.BaseManifest;

    /// <summary>Top layer of the base image; empty from scratch.</summary>
    public string TopLayer => state.TopLayer;

    /// <summary>Media type of the manifests that commits make unless told otherwise.</summary>
    public string Format
    {
        get => state.Format;
        set => state.Format = value;
    }

    /// <summary>What the next commit's history entry says it was made by; empty for the shell.</summary>
    public string CreatedBy
    {
        get => state.CreatedBy;
        set => state.CreatedBy = value;
    }

    /// <summary>Remark on the next commit's history entry.</summary>
    public string HistoryComment
    {
        get => state.HistoryComment;
        set => state.HistoryComment = value;
    }

    /// <summary>How commands run.</summary>
    public BuildSettings Settings
    {
        get => state.Settings;
        set => state.Settings = value;
    }

    /// <summary>Where the file system was last mounted, by whoever; empty when it is not.</summary>
    public string MountPoint => state.MountPoint;

    private string Directory => store.ContainerDirectory(Id);

    // Where changes land; a driver without layers of its own has no such place.
    private string? UpperDirectory => store.DriverName == "overlay" ? store.LayerContentPath(LayerId) : null;

    /// <summary>Writes what changed in memory.</summary>
    /// <exception cref="BuildSharpException">The disk refuses.</exception>
    public void Save() => state.Write(Directory);
}
