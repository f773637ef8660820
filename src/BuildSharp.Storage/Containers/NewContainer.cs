namespace BuildSharp.Storage;

/// <summary>What a new container is made from.</summary>
public sealed record NewContainer
{
    /// <summary>Its names, usually one.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The image it belongs to; null for one from scratch.</summary>
    public string? ImageId { get; init; }

    /// <summary>The layer below its own; null to take the image's top layer.</summary>
    public string? ParentLayerId { get; init; }

    /// <summary>Whether overlay may leave out synchronising its content to disk.</summary>
    public bool Volatile { get; init; } = true;

    /// <summary>SELinux label of its mounts; null without SELinux.</summary>
    public string? MountLabel { get; init; }

    /// <summary>SELinux label of its processes; null without SELinux.</summary>
    public string? ProcessLabel { get; init; }

    /// <summary>Files for its directory <c>userdata</c>, present from the moment others can see the container.</summary>
    public IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Files { get; init; } = [];

    /// <summary>Makes the files once the id is known; takes precedence over <see cref="Files"/>.</summary>
    public Func<string, IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>>>? FilesFor { get; init; }
}
