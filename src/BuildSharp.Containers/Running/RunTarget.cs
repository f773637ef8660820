using BuildSharp.Oci;

namespace BuildSharp.Containers.Running;

/// <summary>Where a command runs: a working container with its root filesystem mounted.</summary>
public sealed record RunTarget
{
    /// <summary>Absolute path of the mounted root filesystem.</summary>
    public required string RootFs { get; init; }

    /// <summary>The container's id.</summary>
    public required string ContainerId { get; init; }

    /// <summary>The container's name.</summary>
    public string ContainerName { get; init; } = "";

    /// <summary>Id of the image that the container was made from; empty from scratch.</summary>
    public string ImageId { get; init; } = "";

    /// <summary>Name of that image.</summary>
    public string ImageName { get; init; } = "";

    /// <summary>The container's configuration as it is now.</summary>
    public required ImageConfig Image { get; init; }

    /// <summary>A directory below the run root, the same for all containers of a store: the runtime's state and the bundles of running
    /// commands go there. Made if missing.</summary>
    public required string RunDirectory { get; init; }

    /// <summary>The container's own directory, which lasts as long as it does: what a run has made and could not take back is noted there.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>The directory that receives the container's changes (overlay's upper); null if it is the root filesystem itself.</summary>
    public string? UpperDirectory { get; init; }
}
