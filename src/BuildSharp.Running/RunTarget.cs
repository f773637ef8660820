using BuildSharp.Oci;

namespace BuildSharp.Running;

/// <summary>The working container to run a command in, with its root file system mounted.</summary>
public sealed record RunTarget
{
    /// <summary>Absolute path of the mounted root filesystem.</summary>
    public required string RootFs { get; init; }

    /// <summary>The container's id.</summary>
    public required string ContainerId { get; init; }

    /// <summary>The container's name.</summary>
    public required string ContainerName { get; init; }

    /// <summary>ID of the container's base image; null for scratch.</summary>
    public string? ImageId { get; init; }

    /// <summary>Name of that image; null when it has none.</summary>
    public string? ImageName { get; init; }

    /// <summary>Current configuration of the container.</summary>
    public required ImageConfig Image { get; init; }

    /// <summary>A directory below the run root, shared by all containers of a store, for the runtime's state and the bundles of running
    /// commands. Created when missing.</summary>
    public required string RunDirectory { get; init; }

    /// <summary>The container's own directory; records what a run has created in the root and must remove again.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>Directory that receives the container's changes (overlay's upper directory); null when that is the root file system
    /// itself.</summary>
    public string? UpperDirectory { get; init; }
}
