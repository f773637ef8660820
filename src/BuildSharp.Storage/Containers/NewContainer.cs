namespace BuildSharp.Storage.Containers;

/// <summary>Properties of a container to create.</summary>
public sealed record NewContainer
{
    /// <summary>Its names, usually one.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Id of its image; null for a container from scratch.</summary>
    public string? ImageId { get; init; }

    /// <summary>Id of its layer's parent; null for the image's top layer.</summary>
    public string? ParentLayerId { get; init; }

    /// <summary>Whether overlay may skip synchronising the content to disk.</summary>
    public bool Volatile { get; init; } = true;

    /// <summary>SELinux label of its mounts; null without SELinux.</summary>
    public string? MountLabel { get; init; }

    /// <summary>SELinux label of its processes; null without SELinux.</summary>
    public string? ProcessLabel { get; init; }

    /// <summary>Files for its directory <c>userdata</c>, written before other processes can see the container.</summary>
    public IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Files { get; init; } = [];

    /// <summary>Creates the files from the container's id; takes precedence over <see cref="Files"/>.</summary>
    public Func<string, IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>>>? FilesFor { get; init; }
}
